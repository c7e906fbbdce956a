using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace McuAi.HostTools.NanoFramework;

/// <summary>One instruction. <paramref name="Token"/> is nil where the operand is none.</summary>
/// <param name="Targets">Of a switch.</param>
internal readonly record struct IlInstruction(int Offset, OpCode Code, Handle Token, int Targets);

/// <summary>Reads the IL of a method, ECMA-335 part III.</summary>
internal static class IlInstructions
{
    private const byte TwoBytes = 0xFE;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).Where(code => code.OpCodeType != OpCodeType.Nternal)
        .ToDictionary(code => code.Value);

    /// <exception cref="BadImageFormatException">The IL is cut off or no IL.</exception>
    public static IEnumerable<IlInstruction> Of(MethodBodyBlock body)
    {
        BlobReader il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int offset = il.Offset;
            int value = il.ReadByte();
            if (value == TwoBytes)
                value = (TwoBytes << 8) | il.ReadByte();
            if (!Codes.TryGetValue((short)value, out OpCode code))
                throw new BadImageFormatException($"IL_{offset:x4} is no instruction");
            Handle token = default;
            int targets = 0;
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok
                    or OperandType.InlineSig or OperandType.InlineString:
                    token = MetadataTokens.Handle(il.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    targets = il.ReadInt32();
                    if (targets < 0 || targets > il.RemainingBytes / sizeof(int))
                        throw new BadImageFormatException($"IL_{offset:x4} switches beyond the method's end");
                    il.Offset += targets * sizeof(int);
                    break;
                default:
                    il.Offset += OperandBytes(code.OperandType);
                    break;
            }

            yield return new IlInstruction(offset, code, token, targets);
        }
    }

    private static int OperandBytes(OperandType type) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineBrTarget or OperandType.InlineI or OperandType.ShortInlineR => 4,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => throw new BadImageFormatException($"{type} is no operand"),
    };
}
