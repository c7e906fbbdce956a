"""The peer of `mcuai bench --training`: steps of training DS-CNN-S in PyTorch.

Reads the number of steps of a round from standard input, one a line, and answers each with one line of JSON, the
milliseconds that each step took. The first line, before any question, is the library's version and its BLAS.
Arguments: threads, memory format (contiguous_format or channels_last), batch size.
"""

import json
import sys
import time

import torch
from torch import nn

WIDTH, BLOCKS, CLASSES = 64, 4, 12


class SameConv(nn.Module):
    """TensorFlow's SAME padding of 49x10 with a kernel of 10x4 and a stride of 2: one row more below, none beside."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((1, 1, 4, 5))
        self.conv = nn.Conv2d(1, WIDTH, (10, 4), stride=2, bias=False)

    def forward(self, x):
        return self.conv(self.pad(x))


def normalized(*layers):
    return nn.Sequential(*layers, nn.BatchNorm2d(WIDTH, eps=1e-3), nn.ReLU(inplace=True))


def network():
    blocks = []
    for _ in range(BLOCKS):
        blocks.append(normalized(nn.Conv2d(WIDTH, WIDTH, 3, padding=1, groups=WIDTH, bias=False)))
        blocks.append(normalized(nn.Conv2d(WIDTH, WIDTH, 1, bias=False)))
    return nn.Sequential(normalized(SameConv()), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(WIDTH, CLASSES))


def blas():
    """The library of matrix products that was loaded; PyTorch itself does not know which."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
        return "OpenBLAS" if "openblas" in maps.read() else "a BLAS that is not OpenBLAS"


def main():
    threads, layout, batch = int(sys.argv[1]), getattr(torch, sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network().to(memory_format=layout)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    loss_of = nn.CrossEntropyLoss()
    x = torch.randn(batch, 1, 49, 10).to(memory_format=layout)
    targets = torch.arange(batch) % CLASSES
    print(json.dumps(f"PyTorch {torch.__version__} with {blas()}"), flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            began = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(x), targets)
            loss.backward()
            optimizer.step()
            times.append(1000 * (time.perf_counter() - began))
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
