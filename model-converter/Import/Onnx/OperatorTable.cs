using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Translates one node into graph nodes and binds its outputs.</summary>
internal delegate void OperatorImport(OnnxContext context, OnnxNode node);

/// <summary>The ONNX operators that can be imported.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, OperatorImport> Imports = new()
    {
        ["Abs"] = ElementwiseOperators.Function(RealFunction.Abs),
        ["Add"] = ElementwiseOperators.Add,
        ["AveragePool"] = PoolingOperators.AveragePool,
        ["BatchNormalization"] = ElementwiseOperators.BatchNormalization,
        ["Cast"] = ConstantOperators.Cast,
        ["Clip"] = ElementwiseOperators.Clip,
        ["Concat"] = ShapeOperators.Concat,
        ["Constant"] = ConstantOperators.Constant,
        ["ConstantOfShape"] = ConstantOperators.ConstantOfShape,
        ["Conv"] = ConvolutionOperators.Conv,
        ["ConvInteger"] = IntegerOperators.ConvInteger,
        ["ConvTranspose"] = ConvolutionOperators.ConvTranspose,
        ["Cos"] = ElementwiseOperators.Function(RealFunction.Cos),
        ["DequantizeLinear"] = QuantizationOperators.DequantizeLinear,
        ["Div"] = ElementwiseOperators.Div,
        ["Dropout"] = ElementwiseOperators.Dropout,
        ["DynamicQuantizeLinear"] = IntegerOperators.DynamicQuantizeLinear,
        ["Elu"] = ElementwiseOperators.Function(RealFunction.Elu, 1),
        ["Erf"] = ElementwiseOperators.Function(RealFunction.Erf),
        ["Exp"] = ElementwiseOperators.Function(RealFunction.Exp),
        ["Flatten"] = ShapeOperators.Flatten,
        ["GRU"] = RecurrentOperators.Gru,
        ["Gather"] = ConstantOperators.Gather,
        ["Gelu"] = ElementwiseOperators.Gelu,
        ["Gemm"] = MatrixOperators.Gemm,
        ["GlobalAveragePool"] = PoolingOperators.GlobalAveragePool,
        ["GlobalMaxPool"] = PoolingOperators.GlobalMaxPool,
        ["HardSigmoid"] = ElementwiseOperators.Function(RealFunction.HardSigmoid, 0.2f, 0.5f),
        ["HardSwish"] = ElementwiseOperators.HardSwish,
        ["Identity"] = ElementwiseOperators.Identity,
        ["LSTM"] = RecurrentOperators.Lstm,
        ["LeakyRelu"] = ElementwiseOperators.LeakyRelu,
        ["Log"] = ElementwiseOperators.Function(RealFunction.Log),
        ["MatMul"] = MatrixOperators.MatMul,
        ["MatMulInteger"] = IntegerOperators.MatMulInteger,
        ["Max"] = ElementwiseOperators.Max,
        ["MaxPool"] = PoolingOperators.MaxPool,
        ["Min"] = ElementwiseOperators.Min,
        ["Mul"] = ElementwiseOperators.Mul,
        ["Neg"] = ElementwiseOperators.Function(RealFunction.Negate),
        ["PRelu"] = ElementwiseOperators.PRelu,
        ["Pad"] = ShapeOperators.Pad,
        ["Pow"] = ElementwiseOperators.Pow,
        ["QLinearConv"] = IntegerOperators.QLinearConv,
        ["QLinearMatMul"] = IntegerOperators.QLinearMatMul,
        ["QuantizeLinear"] = QuantizationOperators.QuantizeLinear,
        ["Reciprocal"] = ElementwiseOperators.Function(RealFunction.Reciprocal),
        ["ReduceMean"] = PoolingOperators.ReduceMean,
        ["Relu"] = ElementwiseOperators.Relu,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Resize"] = ResizeOperators.Resize,
        ["Selu"] = ElementwiseOperators.Function(RealFunction.Selu, 1.67326319f, 1.05070102f),
        ["Shape"] = ConstantOperators.Shape,
        ["Sigmoid"] = ElementwiseOperators.Sigmoid,
        ["Sin"] = ElementwiseOperators.Function(RealFunction.Sin),
        ["Slice"] = ShapeOperators.Slice,
        ["Softmax"] = ElementwiseOperators.Softmax,
        ["Softplus"] = ElementwiseOperators.Function(RealFunction.Softplus),
        ["Softsign"] = ElementwiseOperators.Function(RealFunction.Softsign),
        ["Split"] = ShapeOperators.Split,
        ["Sqrt"] = ElementwiseOperators.Function(RealFunction.Sqrt),
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Sub"] = ElementwiseOperators.Sub,
        ["Sum"] = ElementwiseOperators.Add,
        ["Tanh"] = ElementwiseOperators.Tanh,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
        ["Upsample"] = ResizeOperators.Resize,
    };

    public static IEnumerable<string> Names => Imports.Keys;

    public static OperatorImport Find(OnnxNode node, string domain) =>
        domain is "" or "ai.onnx" && Imports.TryGetValue(node.Type, out OperatorImport? import)
            ? import
            : throw node.Error(domain is "" or "ai.onnx"
                ? $"is not supported; supported are {string.Join(", ", Imports.Keys)}"
                : $"is of the domain '{domain}', of which no operators are supported; export the model with standard "
                    + "operators (quantized ones in the QDQ format)");
}
