namespace McuAi.ModelConverter.Pack;

/// <summary>Operator codes of a pack, as in the core's <c>operator.h</c>.</summary>
public enum Opcode : ushort
{
    Conv2D = 1,
    DepthwiseConv2D = 2,
    FullyConnected = 3,
    TransposeConv = 4,
    AveragePool2D = 5,
    MaxPool2D = 6,
    Add = 7,
    Mul = 8,
    Concatenation = 9,
    Slice = 10,
    Pad = 11,
    Transpose = 12,
    Copy = 13,
    Mean = 14,
    Softmax = 15,
    Table = 16,
    Requantize = 17,
    Svdf = 18,
    ResizeNearest = 19,
    BatchMatMul = 20,
    Minimum = 21,
    Maximum = 22,
    Lstm = 23,
}
