using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Sums over axes and products of matrices.</summary>
public sealed partial class GraphLowering
{
    /// <summary>The core's output keeps the reduced axes with one element, whatever the model's does.</summary>
    private void LowerMean(Node node)
    {
        MeanParameters p = MeanParameters.From(node);
        PackTensor x = Operand(node.Input(0));
        int[] kept = [.. node.Input(0).Shape];
        foreach (int axis in p.Axes)
            kept[axis] = 1;

        PackTensor y = Shaped(Activation(node.Output), FourAxes(kept, 1));
        Emit(Opcode.Mean, [x], [y], [p.OutputZeroPoint, p.Multiplier, p.Shift]);
    }

    private void LowerBatchMatMul(Node node)
    {
        MatMulParameters p = MatMulParameters.From(node);
        var attributes = node.Get<MatMulAttributes>();
        Emit(Opcode.BatchMatMul, [Operand(node.Input(0)), Operand(node.Input(1))], [Activation(node.Output)],
            [attributes.TransposeA ? 1 : 0, attributes.TransposeB ? 1 : 0, p.Offset1, p.Offset2, p.OutputOffset,
                p.OutputMultiplier, p.OutputShift]);
    }

    /// <summary>Its scratch holds what one output pixel reads.</summary>
    private void LowerTransposeConv(Node node)
    {
        ConvParameters p = ConvParameters.From(node);
        PackTensor weights = Weights(node, p, node.Input(1).Shape);
        Emit(Opcode.TransposeConv, [Activation(node.Input(0)), weights], [Activation(node.Output)],
            [p.StrideH, p.StrideW, p.DilationH, p.DilationW, p.PadTop, p.PadLeft, p.ActivationMin, p.ActivationMax]);
        _model.Operators[^1].ScratchBytes = checked(p.KernelH * p.KernelW * p.InC);
    }
}
