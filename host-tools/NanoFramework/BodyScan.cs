using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Finds instructions that 1.x does not run, or runs otherwise than the desktop does.</summary>
internal sealed class BodyScan(AssemblyImage image, TypeKinds kinds)
{
    private static readonly Dictionary<OpCode, (string What, string Instead)> Forbidden = new()
    {
        [OpCodes.Localloc] = ("allocates on the stack (stackalloc)", "allocate an array once and keep it"),
        [OpCodes.Calli] = ("calls through a function pointer", "call a delegate"),
        [OpCodes.Arglist] = ("reads __arglist", "take an array with params"),
        [OpCodes.Cpblk] = ("copies a block of memory", "use Array.Copy"),
        [OpCodes.Initblk] = ("fills a block of memory", "use Array.Clear or a loop"),
        [OpCodes.Jmp] = ("jumps to another method", "call it"),
        [OpCodes.Ckfinite] = ("checks for a finite number", "call IsNaN and IsInfinity"),
        [OpCodes.Mkrefany] = ("makes a typed reference (__makeref)", "use ref"),
        [OpCodes.Refanyval] = ("reads a typed reference (__refvalue)", "use ref"),
        [OpCodes.Refanytype] = ("reads a typed reference's type (__reftype)", "use object.GetType"),
        [OpCodes.Conv_U] = ("makes a number of an address (unsafe)", "use an array and an index"),
        [OpCodes.Conv_I] = ("makes a number of an address (unsafe)", "use an array and an index"),
        [OpCodes.Readonly] = ("takes a read-only address of an array's element", "read the element"),
        [OpCodes.Sizeof] = ("asks for the size of a type (sizeof), which is that of the interpreter's own blocks",
            "write the number of bytes"),
    };

    private readonly MetadataReader reader = image.Metadata;

    public IEnumerable<Finding> Findings() => reader.MethodDefinitions.SelectMany(Method);

    private IEnumerable<Finding> Method(MethodDefinitionHandle handle)
    {
        if (image.Body(reader.GetMethodDefinition(handle)) is not { } body)
            return [];
        string place = image.Place(handle);
        List<Finding> findings = [];
        if (!body.LocalSignature.IsNil)
        {
            ImmutableArray<SignatureType> locals = reader.GetStandaloneSignature(body.LocalSignature)
                .DecodeLocalSignature(SignatureTypes.Instance, null);
            findings.AddRange(locals.SelectMany(type => SignatureFindings.Of(type, place, null, "a local variable")).Distinct());
            findings.AddRange(SizeRules.Locals(locals.Length, place));
        }

        IlInstruction[] instructions = [.. IlInstructions.Of(body)];
        findings.AddRange(instructions.SelectMany(instruction => Instruction(instruction, place)));
        findings.AddRange(new EnumTexts(reader, kinds).Findings(instructions, place));
        findings.AddRange(SizeRules.Body(body, reader.GetMethodDefinition(handle), place));
        return findings;
    }

    private IEnumerable<Finding> Instruction(IlInstruction instruction, string place)
    {
        if (Forbidden.TryGetValue(instruction.Code, out (string What, string Instead) reason))
            return [new Finding(place, instruction.Offset, reason.What, reason.Instead)];
        // An index of 64 bits is converted by conv.ovf.i, checked or not, and runs.
        if (instruction.Code.Name!.Contains(".ovf", StringComparison.Ordinal)
            && instruction.Code != OpCodes.Conv_Ovf_I && instruction.Code != OpCodes.Conv_Ovf_I_Un)
        {
            return [new Finding(place, instruction.Offset, $"checks for overflow ({instruction.Code.Name}), which 1.x ignores",
                "compare before computing, and compile unchecked")];
        }

        if (instruction.Targets > byte.MaxValue)
        {
            return [new Finding(place, instruction.Offset, $"switches over {instruction.Targets} cases of the {byte.MaxValue} " +
                "that the metadata processor can write", "use a table")];
        }

        return instruction.Token.Kind == HandleKind.UserString
            ? Text((UserStringHandle)instruction.Token, instruction, place)
            : Operand(instruction, place);
    }

    private IEnumerable<Finding> Text(UserStringHandle handle, IlInstruction instruction, string place)
    {
        if (reader.GetUserString(handle).Contains('\0', StringComparison.Ordinal))
        {
            yield return new Finding(place, instruction.Offset, "loads a string with the character U+0000, which ends it on the " +
                "device", "keep bytes in a byte array");
        }
    }

    /// <summary>Generic methods and types, and multi-dimensional arrays: calls of their accessors name the array type.
    /// </summary>
    private IEnumerable<Finding> Operand(IlInstruction instruction, string place)
    {
        Handle token = instruction.Token;
        int offset = instruction.Offset;
        if (token.Kind == HandleKind.MethodSpecification)
        {
            MethodSpecification method = reader.GetMethodSpecification((MethodSpecificationHandle)token);
            return [new Finding(place, offset, $"calls the generic method {Name(method.Method)}", "write a method for each type")];
        }

        if (token.Kind == HandleKind.TypeSpecification)
            return Specification((TypeSpecificationHandle)token, offset, place);
        if (token.Kind != HandleKind.MemberReference)
            return Loaded(instruction, place);
        MemberReference member = reader.GetMemberReference((MemberReferenceHandle)token);
        if (member.GetKind() == MemberReferenceKind.Method && member.DecodeMethodSignature(SignatureTypes.Instance, null)
            .Header.CallingConvention == SignatureCallingConvention.VarArgs)
        {
            return [new Finding(place, offset, $"calls {Name((MemberReferenceHandle)token)} with __arglist",
                "call a method with params")];
        }

        return member.Parent.Kind == HandleKind.TypeSpecification
            ? Specification((TypeSpecificationHandle)member.Parent, offset, place)
            : Loaded(instruction, place);
    }

    /// <summary>Calls of delegates that throw, and handles of members: the metadata processor writes the token 0 for what is
    /// neither a type nor a field of this assembly.</summary>
    private IEnumerable<Finding> Loaded(IlInstruction instruction, string place)
    {
        if (CalledMethod.Of(reader, instruction.Token) is { Name: "BeginInvoke" or "EndInvoke" } method
            && kinds.IsDelegate(method.Type))
        {
            yield return new Finding(place, instruction.Offset, $"calls {method.Name} of a delegate, which throws",
                "call the delegate in a thread of its own");
        }

        if (instruction.Code == OpCodes.Ldtoken
            && instruction.Token.Kind is HandleKind.MethodDefinition or HandleKind.MemberReference)
        {
            yield return new Finding(place, instruction.Offset, "loads the handle of a member, which the metadata processor does " +
                "not write", "use typeof");
        }
    }

    private IEnumerable<Finding> Specification(TypeSpecificationHandle handle, int offset, string place) => SignatureFindings.Of(
        reader.GetTypeSpecification(handle).DecodeSignature(SignatureTypes.Instance, null), place, offset, "an operand");

    private string Name(EntityHandle method) => method.Kind switch
    {
        HandleKind.MethodDefinition => reader.GetString(reader.GetMethodDefinition((MethodDefinitionHandle)method).Name),
        HandleKind.MemberReference => reader.GetString(reader.GetMemberReference((MemberReferenceHandle)method).Name),
        _ => "?",
    };
}
