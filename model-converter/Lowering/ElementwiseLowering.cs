using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Operators whose output elements depend on one element of each input.</summary>
public sealed partial class GraphLowering
{
    private void LowerMul(Node node)
    {
        MulParameters p = MulParameters.From(node);
        Emit(Opcode.Mul, [Operand(node.Input(0)), Operand(node.Input(1))], [Activation(node.Output)],
            [p.Offset1, p.Offset2, p.OutputOffset, p.OutputMultiplier, p.OutputShift, p.ActivationMin, p.ActivationMax]);
    }

    private void LowerExtremum(Node node)
    {
        Quantized.Require(node, node.Output, DataType.Int8);
        Opcode opcode = node.Kind == OperatorKind.Minimum ? Opcode.Minimum : Opcode.Maximum;
        PackTensor a = Rescaled(node, node.Input(0), node.Output), b = Rescaled(node, node.Input(1), node.Output);
        Emit(opcode, [a, b], [Activation(node.Output)], []);
    }

    private void LowerTable(Node node)
    {
        sbyte[] table = ElementwiseTables.Table(node);
        PackTensor constant = NewConstant<sbyte>($"table of {node.Name}", DataType.Int8, [table.Length], table);
        Emit(Opcode.Table, [Operand(node.Input(0)), constant], [Activation(node.Output)], []);
    }

    private void LowerQuantize(Node node)
    {
        Tensor x = node.Input(0), y = node.Output;
        if (x.Type == y.Type && x.Quantization is not null && SameScale(x, y))
            View(x, y);
        else
            EmitRequantize(RequantizeParameters.From(node), Operand(x), Activation(y));
    }

    /// <summary>A cast keeps the integers, so it is a requantization by 1 where every value of the input's type is one of
    /// the output's.</summary>
    private void LowerCast(Node node)
    {
        Tensor x = node.Input(0), y = node.Output;
        if (x.Type == y.Type)
        {
            View(x, y);
            return;
        }

        bool exact = (x.Type, y.Type) is (DataType.Int8 or DataType.UInt8, DataType.Int16 or DataType.Int32)
            or (DataType.Int16, DataType.Int32);
        if (!exact)
            throw new ModelException($"{node.Name} casts {x.Type} to {y.Type}; the core casts integers to wider ones only.");

        FixedPoint.Factor one = FixedPoint.FromReal(1);
        Emit(Opcode.Requantize, [Operand(x)], [Activation(y)], [0, 0, one.Multiplier, one.Shift]);
    }
}
