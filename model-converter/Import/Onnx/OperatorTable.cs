namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Translates one node into graph nodes and binds its outputs.</summary>
internal delegate void OperatorImport(OnnxContext context, OnnxNode node);

/// <summary>The ONNX operators that can be imported.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, OperatorImport> Imports = new()
    {
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
        ["DequantizeLinear"] = QuantizationOperators.DequantizeLinear,
        ["Div"] = ElementwiseOperators.Div,
        ["Dropout"] = ElementwiseOperators.Identity,
        ["Flatten"] = ShapeOperators.Flatten,
        ["GRU"] = RecurrentOperators.Gru,
        ["Gather"] = ConstantOperators.Gather,
        ["Gemm"] = MatrixOperators.Gemm,
        ["GlobalAveragePool"] = PoolingOperators.GlobalAveragePool,
        ["GlobalMaxPool"] = PoolingOperators.GlobalMaxPool,
        ["HardSigmoid"] = ElementwiseOperators.HardSigmoid,
        ["HardSwish"] = ElementwiseOperators.HardSwish,
        ["Identity"] = ElementwiseOperators.Identity,
        ["LSTM"] = RecurrentOperators.Lstm,
        ["LeakyRelu"] = ElementwiseOperators.LeakyRelu,
        ["MatMul"] = MatrixOperators.MatMul,
        ["MatMulInteger"] = IntegerOperators.MatMulInteger,
        ["Max"] = ElementwiseOperators.Max,
        ["MaxPool"] = PoolingOperators.MaxPool,
        ["Min"] = ElementwiseOperators.Min,
        ["Mul"] = ElementwiseOperators.Mul,
        ["Pad"] = ShapeOperators.Pad,
        ["QLinearConv"] = IntegerOperators.QLinearConv,
        ["QLinearMatMul"] = IntegerOperators.QLinearMatMul,
        ["QuantizeLinear"] = QuantizationOperators.QuantizeLinear,
        ["ReduceMean"] = PoolingOperators.ReduceMean,
        ["Relu"] = ElementwiseOperators.Relu,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Resize"] = ResizeOperators.Resize,
        ["Shape"] = ConstantOperators.Shape,
        ["Sigmoid"] = ElementwiseOperators.Sigmoid,
        ["Slice"] = ShapeOperators.Slice,
        ["Softmax"] = ElementwiseOperators.Softmax,
        ["Split"] = ShapeOperators.Split,
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
            : throw node.Error($"{(domain.Length > 0 ? $"of domain '{domain}' " : "")}is not supported; supported are "
                + string.Join(", ", Imports.Keys));
}
