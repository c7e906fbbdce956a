using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>One method for each operator: its integer parameters and tensors in the order that docs/pack-format.md
/// gives.</summary>
public sealed partial class GraphLowering
{
    private void Lower(Node node)
    {
        switch (node.Kind)
        {
            case OperatorKind.Conv2D:
                LowerConv(node, Opcode.Conv2D);
                break;
            case OperatorKind.DepthwiseConv2D:
                LowerConv(node, Opcode.DepthwiseConv2D);
                break;
            case OperatorKind.FullyConnected:
                LowerDense(node);
                break;
            case OperatorKind.AveragePool2D:
                LowerPool(node, Opcode.AveragePool2D);
                break;
            case OperatorKind.MaxPool2D:
                LowerPool(node, Opcode.MaxPool2D);
                break;
            case OperatorKind.Softmax:
                LowerSoftmax(node);
                break;
            case OperatorKind.Reshape:
                View(node.Input(0), node.Output);
                break;
            case OperatorKind.Add or OperatorKind.Sub:
                LowerAdd(node);
                break;
            default:
                LowerOther(node);
                break;
        }
    }

    /// <summary>A depthwise convolution of one input channel is a plain convolution: its rows are the same.</summary>
    private void LowerConv(Node node, Opcode opcode)
    {
        ConvParameters p = ConvParameters.From(node);
        if (opcode == Opcode.DepthwiseConv2D && p.InC == 1)
            opcode = Opcode.Conv2D;
        int[] shape = opcode == Opcode.Conv2D
            ? [p.OutC, p.KernelH, p.KernelW, p.InC]
            : [1, p.KernelH, p.KernelW, p.OutC];
        Emit(opcode, [Activation(node.Input(0)), Weights(node, p, shape)], [Activation(node.Output)],
            [p.StrideH, p.StrideW, p.DilationH, p.DilationW, p.PadTop, p.PadLeft, p.ActivationMin, p.ActivationMax]);
    }

    /// <summary>An input that the model flattens on the way ([N,H,W,C] into [N, H*W*C]) is seen as vectors; so is the
    /// output.</summary>
    private void LowerDense(Node node)
    {
        ConvParameters p = ConvParameters.From(node);
        PackTensor x = AsVectors(Activation(node.Input(0)), p.InC);
        PackTensor weights = Weights(node, p, node.Input(1).Shape);
        PackTensor y = Activation(node.Output);
        Emit(Opcode.FullyConnected, [x, weights], [AsVectors(y, p.OutC)], [p.ActivationMin, p.ActivationMax]);
    }

    private void LowerPool(Node node, Opcode opcode)
    {
        PoolParameters p = PoolParameters.From(node);
        Emit(opcode, [Activation(node.Input(0))], [Activation(node.Output)],
            [p.KernelH, p.KernelW, p.StrideH, p.StrideW, p.PadTop, p.PadLeft, p.ActivationMin, p.ActivationMax,
                p.CountPadding ? 1 : 0]);
    }

    private void LowerSoftmax(Node node)
    {
        SoftmaxParameters p = SoftmaxParameters.From(node);
        Emit(Opcode.Softmax, [Activation(node.Input(0))], [Activation(node.Output)],
            [p.InputMultiplier, p.InputLeftShift, p.DiffMin]);
    }

    private void LowerAdd(Node node)
    {
        AddParameters p = AddParameters.From(node);
        Emit(Opcode.Add, [Operand(node.Input(0)), Operand(node.Input(1))], [Activation(node.Output)],
            [p.Offset1, p.Offset2, p.LeftShift, p.Multiplier1, p.Shift1, p.Multiplier2, p.Shift2, p.OutputOffset,
                p.OutputMultiplier, p.OutputShift, p.ActivationMin, p.ActivationMax, p.Subtract ? 1 : 0]);
    }

    /// <summary>Makes <paramref name="output"/> another shape of the memory of <paramref name="input"/>.</summary>
    private void View(Tensor input, Tensor output)
    {
        if (input.Elements != output.Elements)
            throw new ModelException($"A reshape turns {input} into {output}, which has another number of elements.");
        PackTensor viewed = Operand(input);
        PackTensor view = Add(output, viewed.Place, viewed.ViewOf ?? viewed);
        view.Blob = viewed.Blob;
    }

    /// <summary>The tensor seen as [vectors, depth].</summary>
    private PackTensor AsVectors(PackTensor tensor, int depth)
    {
        if (tensor.Dim(3) == depth)
            return tensor;
        var view = new PackTensor(tensor.Name + " (vectors)", tensor.Type, [tensor.Elements / depth, depth],
            tensor.Place)
        {
            Scale = tensor.Scale,
            ZeroPoint = tensor.ZeroPoint,
            ViewOf = tensor.ViewOf ?? tensor,
        };
        _model.Tensors.Add(view);
        return view;
    }
}
