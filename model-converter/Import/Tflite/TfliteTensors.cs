using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>The tensors of a subgraph, read when an operator first uses them: a tensor that nothing uses may be of any
/// kind.</summary>
internal sealed class TfliteTensors
{
    /// <summary>More elements than any microcontroller model has, and few enough that sizes in bytes fit an int.
    /// </summary>
    public const int ElementLimit = 1 << 28;

    private const int RankLimit = 8;
    private const int NameLimit = 200;
    private const int RecordBytes = 256;

    private const int ShapeField = 0;
    private const int TypeField = 1;
    private const int BufferField = 2;
    private const int NameField = 3;
    private const int QuantizationField = 4;
    private const int VariableField = 5;
    private const int SparsityField = 6;
    private const int SignatureField = 7;
    private const int ExternalBufferField = 10;

    private readonly FlatBufferVector _tables;
    private readonly ConstantData _constants;
    private readonly ImportBudget _budget;
    private readonly Dictionary<int, Tensor> _tensors = [];

    public TfliteTensors(FlatBufferVector tables, ConstantData constants, ImportBudget budget)
    {
        _tables = tables;
        _constants = constants;
        _budget = budget;
    }

    public Tensor Get(int index, string user)
    {
        CheckIndex(index, user);
        if (!_tensors.TryGetValue(index, out Tensor? tensor))
        {
            tensor = Read(index, _tables.Table(index, "a tensor"));
            _tensors.Add(index, tensor);
        }

        return tensor;
    }

    /// <summary>Whether a tensor has no elements, as the new shape of a scalar does; such tensors can only be
    /// parameters, never values of the graph.</summary>
    public bool IsEmpty(int index, string user)
    {
        CheckIndex(index, user);
        return !_tensors.ContainsKey(index)
            && _tables.Table(index, "a tensor").Vector(ShapeField, 4, "a tensor's shape").As<int>().Contains(0);
    }

    private void CheckIndex(int index, string user)
    {
        if (index < 0 || index >= _tables.Count)
        {
            throw new ModelException($"{user} uses tensor {index} and the .tflite file has {_tables.Count}.");
        }
    }

    private Tensor Read(int index, FlatBufferTable table)
    {
        string name = table.Vector(NameField, 1, "a tensor's name").Text(NameLimit);
        name = name.Length == 0 ? $"tensor{index}" : name;
        string where = $"Tensor {index} ({name})";
        _budget.Charge(RecordBytes + (2 * name.Length));

        TfliteTensorType type = new(table.UInt8(TypeField));
        DataType dataType = type.DataType
            ?? throw new ModelException($"{where} is {type.Name}, which cannot run here; convert the model with int8 "
                + "or float32 tensors.");
        if (table.Table(SparsityField, "a sparsity").Exists)
        {
            throw new ModelException($"{where} is sparse; convert the model without sparse tensors.");
        }

        if (table.UInt32(ExternalBufferField) != 0)
        {
            throw new ModelException($"{where} keeps its data in another file; convert the model into one file.");
        }

        int[] shape = ReadShape(table, where);
        Tensor tensor = new(name, dataType, shape)
        {
            IsState = table.Bool(VariableField),
            Quantization = QuantizationReader.Read(
                table.Table(QuantizationField, "a quantization"), dataType, shape, _budget, where),
        };
        ReadData(tensor, table, type, where);
        return tensor;
    }

    /// <summary>Unknown dimensions are -1 in the shape signature, and 1 (or in old files -1) in the shape itself.
    /// </summary>
    private static int[] ReadShape(FlatBufferTable table, string where)
    {
        ReadOnlySpan<int> file = table.Vector(ShapeField, 4, "a tensor's shape").As<int>();
        ReadOnlySpan<int> signature = table.Vector(SignatureField, 4, "a tensor's shape signature").As<int>();
        if (file.Length > RankLimit || (signature.Length > 0 && signature.Length != file.Length))
        {
            throw new ModelException($"{where} has {file.Length} dimensions and a signature of {signature.Length}; "
                + $"at most {RankLimit} are possible and both have to be as many.");
        }

        int[] shape = file.ToArray();
        long elements = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = axis == 0 && shape[axis] == -1 ? 1 : shape[axis];
            elements = shape[axis] is > 0 and <= ElementLimit ? elements * shape[axis] : long.MaxValue;
            if (elements > ElementLimit)
            {
                throw new ModelException($"{where} has the shape [{string.Join(", ", file.ToArray())}]; dimensions "
                    + $"have to be positive and elements at most {ElementLimit}.");
            }
        }

        return shape;
    }

    private void ReadData(Tensor tensor, FlatBufferTable table, TfliteTensorType type, string where)
    {
        (long start, long count) = _constants.Locate(table.UInt32(BufferField), where);
        if (count == 0)
        {
            if (type.IsFloat16)
            {
                throw new ModelException($"{where} is a FLOAT16 activation; only constants may be.");
            }

            return;
        }

        if (tensor.IsState)
        {
            throw new ModelException($"{where} is a variable with an initial value; variables have to start at zero.");
        }

        tensor.Data = _constants.Read(start, count, type, tensor.Elements, where);
    }
}
