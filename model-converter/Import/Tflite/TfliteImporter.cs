using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Imports TensorFlow Lite models (.tflite), written against the published schema (version 3).</summary>
public static class TfliteImporter
{
    private const int NameLimit = 100;
    private const uint SchemaVersion = 3;
    private const int NodeBytes = 256;

    /// <summary>Reads the main subgraph of a model; subgraphs that only control flow could call are left aside.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What the model will be called.</param>
    /// <exception cref="ModelException">The file is damaged or uses something that is not supported.</exception>
    public static ModelGraph Import(ReadOnlyMemory<byte> file, string name)
    {
        if (file.Length < 8 || !file.Span.Slice(4, 4).SequenceEqual("TFL3"u8))
        {
            throw new ModelException($"{name} is not a TensorFlow Lite model: it does not carry the mark TFL3.");
        }

        FlatBufferTable model = new FlatBufferFile(file).Root("the model");
        FlatBufferVector subgraphs = model.Vector(2, 4, "the list of subgraphs");
        if (model.UInt32(0) != SchemaVersion || subgraphs.Count == 0)
        {
            throw new ModelException($"{name} has version {model.UInt32(0)} of the .tflite schema and "
                + $"{subgraphs.Count} subgraphs; version {SchemaVersion} and at least one belong there.");
        }

        ImportBudget budget = new(file.Length);
        ConstantData constants = new(new FlatBufferFile(file), model.Vector(4, 4, "the list of buffers"), budget);
        FlatBufferTable main = subgraphs.Table(0, "the main subgraph");
        TfliteTensors tensors = new(main.Vector(0, 4, "the list of tensors"), constants, budget);
        ModelGraph graph = new(name);
        AddEnds(main.Vector(1, 4, "the list of inputs"), graph.Inputs, tensors, "The list of inputs", budget);
        Translate(main.Vector(3, 4, "the list of operators"), model.Vector(1, 4, "the list of operator codes"),
            tensors, graph, budget);
        AddEnds(main.Vector(2, 4, "the list of outputs"), graph.Outputs, tensors, "The list of outputs", budget);
        GraphValidator.Validate(graph);
        return graph;
    }

    private static void AddEnds(FlatBufferVector indices, List<Tensor> ends, TfliteTensors tensors, string where,
        ImportBudget budget)
    {
        budget.Charge(16L * indices.Count);
        foreach (int index in indices.As<int>())
        {
            ends.Add(tensors.Get(index, where));
        }
    }

    private static void Translate(FlatBufferVector operators, FlatBufferVector codes, TfliteTensors tensors,
        ModelGraph graph, ImportBudget budget)
    {
        for (int i = 0; i < operators.Count; i++)
        {
            FlatBufferTable table = operators.Table(i, "an operator");
            uint index = table.UInt32(0);
            if (index >= (uint)codes.Count)
            {
                throw new ModelException($"Operator {i} has operator code {index} and the .tflite file has "
                    + $"{codes.Count}.");
            }

            (BuiltinOperator code, string codeName) = ReadCode(codes.Table((int)index, "an operator code"));
            string name = $"operator {i} ({codeName})";
            OperatorTranslator translator = OperatorTranslators.Find(code, name);
            FlatBufferVector inputs = table.Vector(1, 4, "an operator's inputs");
            FlatBufferVector outputs = table.Vector(2, 4, "an operator's outputs");
            budget.Charge(NodeBytes + (2 * name.Length) + (24L * (inputs.Count + outputs.Count)));
            OperatorImport op = new(name, Options(table, translator, name), inputs.As<int>().ToArray(),
                outputs.As<int>().ToArray(), tensors, graph, budget);
            translator.Translate(op);
        }
    }

    /// <summary>The options, when they are of the operator's own type; an operator without options has defaults.
    /// </summary>
    private static FlatBufferTable Options(FlatBufferTable table, OperatorTranslator translator, string name)
    {
        byte type = table.UInt8(3);
        if (type == 0 || translator.OptionsType == 0)
        {
            return default;
        }

        return type == translator.OptionsType
            ? table.Table(4, "an operator's options")
            : throw new ModelException($"{char.ToUpperInvariant(name[0])}{name[1..]} carries the options of another "
                + $"operator (type {type}); the .tflite file is damaged.");
    }

    /// <summary>Codes above 126 do not fit the byte they were first stored in, so a second field was added; the greater
    /// of the two counts.</summary>
    private static (BuiltinOperator Code, string Name) ReadCode(FlatBufferTable table)
    {
        BuiltinOperator code = (BuiltinOperator)Math.Max(table.Int8(0), table.Int32(3));
        if (code == BuiltinOperator.CUSTOM)
        {
            return (code, $"custom {table.Vector(1, 1, "a custom operator's name").Text(NameLimit)}");
        }

        return (code, Enum.IsDefined(code) ? code.ToString() : $"builtin {(int)code}");
    }
}
