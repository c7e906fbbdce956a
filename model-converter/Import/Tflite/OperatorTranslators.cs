using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>What is known of an operator: the number of its BuiltinOptions in the schema's union (0 when it has or
/// needs none) and how it is translated.</summary>
internal sealed record OperatorTranslator(byte OptionsType, Action<OperatorImport> Translate);

/// <summary>The operators that can be imported.</summary>
internal static class OperatorTranslators
{
    private static readonly Dictionary<BuiltinOperator, OperatorTranslator> All = new()
    {
        [BuiltinOperator.CONV_2D] = new(1, ConvolutionImport.Conv2D),
        [BuiltinOperator.DEPTHWISE_CONV_2D] = new(2, ConvolutionImport.DepthwiseConv2D),
        [BuiltinOperator.TRANSPOSE_CONV] = new(49, ConvolutionImport.TransposeConv),
        [BuiltinOperator.FULLY_CONNECTED] = new(8, MatMulImport.FullyConnected),
        [BuiltinOperator.BATCH_MATMUL] = new(101, MatMulImport.BatchMatMul),
        [BuiltinOperator.ADD] = new(11, op => ElementwiseImport.Arithmetic(op, OperatorKind.Add)),
        [BuiltinOperator.SUB] = new(28, op => ElementwiseImport.Arithmetic(op, OperatorKind.Sub)),
        [BuiltinOperator.MUL] = new(21, op => ElementwiseImport.Arithmetic(op, OperatorKind.Mul)),
        [BuiltinOperator.DIV] = new(29, FunctionImport.Div),
        [BuiltinOperator.MINIMUM] = new(0, op => ElementwiseImport.Extremum(op, OperatorKind.Minimum)),
        [BuiltinOperator.MAXIMUM] = new(0, op => ElementwiseImport.Extremum(op, OperatorKind.Maximum)),
        [BuiltinOperator.RELU] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.Relu)),
        [BuiltinOperator.RELU6] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.Relu6)),
        [BuiltinOperator.RELU_N1_TO_1] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.ReluN1To1)),
        [BuiltinOperator.LOGISTIC] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.Logistic)),
        [BuiltinOperator.TANH] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.Tanh)),
        [BuiltinOperator.HARD_SWISH] = new(0, op => ElementwiseImport.Activation(op, OperatorKind.HardSwish)),
        [BuiltinOperator.LEAKY_RELU] = new(75, ElementwiseImport.LeakyRelu),
        [BuiltinOperator.SOFTMAX] = new(9, ElementwiseImport.Softmax),
        [BuiltinOperator.QUANTIZE] = new(0, ElementwiseImport.Quantize),
        [BuiltinOperator.DEQUANTIZE] = new(0, ElementwiseImport.Dequantize),
        [BuiltinOperator.CAST] = new(0, ElementwiseImport.Cast),
        [BuiltinOperator.AVERAGE_POOL_2D] = new(5, op => PoolImport.Pool(op, OperatorKind.AveragePool2D)),
        [BuiltinOperator.MAX_POOL_2D] = new(5, op => PoolImport.Pool(op, OperatorKind.MaxPool2D)),
        [BuiltinOperator.MEAN] = new(27, PoolImport.Mean),
        [BuiltinOperator.RESIZE_NEAREST_NEIGHBOR] = new(74, PoolImport.ResizeNearest),
        [BuiltinOperator.RESHAPE] = new(0, ShapeImport.Reshape),
        [BuiltinOperator.SQUEEZE] = new(0, ShapeImport.Reshape),
        [BuiltinOperator.EXPAND_DIMS] = new(0, ShapeImport.Reshape),
        [BuiltinOperator.TRANSPOSE] = new(0, ShapeImport.Transpose),
        [BuiltinOperator.PAD] = new(0, ShapeImport.Pad),
        [BuiltinOperator.PADV2] = new(0, ShapeImport.Pad),
        [BuiltinOperator.CONCATENATION] = new(10, ShapeImport.Concatenation),
        [BuiltinOperator.SPLIT] = new(0, ShapeImport.Split),
        [BuiltinOperator.SPLIT_V] = new(0, ShapeImport.SplitV),
        [BuiltinOperator.SLICE] = new(0, SliceImport.Slice),
        [BuiltinOperator.STRIDED_SLICE] = new(32, SliceImport.StridedSlice),
        [BuiltinOperator.SVDF] = new(6, RecurrentImport.Svdf),
        [BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM] = new(71, RecurrentImport.Lstm),
        [BuiltinOperator.SHAPE] = new(0, ConstantFolding.Shape),
        [BuiltinOperator.RANK] = new(0, ConstantFolding.Rank),
        [BuiltinOperator.ZEROS_LIKE] = new(0, ConstantFolding.ZerosLike),
        [BuiltinOperator.FILL] = new(0, ConstantFolding.Fill),
        [BuiltinOperator.PACK] = new(59, StackImport.Pack),
        [BuiltinOperator.UNPACK] = new(64, StackImport.Unpack),
        [BuiltinOperator.GATHER] = new(23, StackImport.Gather),
        [BuiltinOperator.TILE] = new(0, StackImport.Tile),
        [BuiltinOperator.BROADCAST_TO] = new(0, StackImport.BroadcastTo),
        [BuiltinOperator.DEPTH_TO_SPACE] = new(94, SpaceImport.DepthToSpace),
        [BuiltinOperator.SPACE_TO_DEPTH] = new(19, SpaceImport.SpaceToDepth),
        [BuiltinOperator.SPACE_TO_BATCH_ND] = new(0, SpaceImport.SpaceToBatch),
        [BuiltinOperator.BATCH_TO_SPACE_ND] = new(0, SpaceImport.BatchToSpace),
        [BuiltinOperator.PRELU] = new(0, FunctionImport.Prelu),
        [BuiltinOperator.GELU] = new(116, FunctionImport.Gelu),
        [BuiltinOperator.ELU] = new(0, op => FunctionImport.Function(op, RealFunction.Elu, 1)),
        [BuiltinOperator.ABS] = new(0, op => FunctionImport.Function(op, RealFunction.Abs)),
        [BuiltinOperator.COS] = new(0, op => FunctionImport.Function(op, RealFunction.Cos)),
        [BuiltinOperator.EXP] = new(0, op => FunctionImport.Function(op, RealFunction.Exp)),
        [BuiltinOperator.LOG] = new(0, op => FunctionImport.Function(op, RealFunction.Log)),
        [BuiltinOperator.NEG] = new(0, op => FunctionImport.Function(op, RealFunction.Negate)),
        [BuiltinOperator.RSQRT] = new(0, op => FunctionImport.Function(op, RealFunction.Rsqrt)),
        [BuiltinOperator.SIN] = new(0, op => FunctionImport.Function(op, RealFunction.Sin)),
        [BuiltinOperator.SQRT] = new(0, op => FunctionImport.Function(op, RealFunction.Sqrt)),
        [BuiltinOperator.SQUARE] = new(0, op => FunctionImport.Function(op, RealFunction.Square)),
    };

    private static readonly string Supported = string.Join(", ", All.Keys.Order().Select(code => code.ToString())
        .Order(StringComparer.Ordinal));

    /// <exception cref="ModelException">Nothing is known of the operator.</exception>
    public static OperatorTranslator Find(BuiltinOperator code, string name) =>
        All.TryGetValue(code, out OperatorTranslator? translator)
            ? translator
            : throw new ModelException($"{char.ToUpperInvariant(name[0])}{name[1..]} is not supported. Supported are: "
                + $"{Supported}.");
}
