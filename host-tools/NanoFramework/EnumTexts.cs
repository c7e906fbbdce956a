using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Finds where text is made of an enum, which on 1.x has no names.</summary>
internal sealed class EnumTexts(MetadataReader reader, TypeKinds kinds)
{
    public IEnumerable<Finding> Findings(IReadOnlyList<IlInstruction> body, string place)
    {
        for (int i = 0; i < body.Count; ++i)
        {
            if (body[i].Token is not { Kind: HandleKind.TypeDefinition or HandleKind.TypeReference } token
                || !kinds.IsEnum((EntityHandle)token))
                continue;
            bool isText = (body[i].Code == OpCodes.Constrained && i + 1 < body.Count && IsToString(Called(body[i + 1])))
                || (body[i].Code == OpCodes.Box && IsText(body, i));
            if (isText)
            {
                string name = TypeNames.Of(reader, (EntityHandle)token);
                yield return new Finding(place, body[i].Offset, $"makes text of the enum {name}, which gives its number and not " +
                    "its name", "convert it to int, or write the names in a switch");
            }
        }
    }

    /// <summary>Whether the boxed value goes to a method that makes text, itself or in an array. A path with branches is not
    /// followed.</summary>
    private bool IsText(IReadOnlyList<IlInstruction> body, int box)
    {
        int above = 0;
        for (int i = box + 1; i < body.Count && StackUse.Of(reader, body[i]) is { } use; ++i)
        {
            // What an element was stored in is on the stack once more, as the initializer goes on.
            bool isStored = above == 0 && body[i].Code == OpCodes.Stelem_Ref;
            if (use.Pops > above && !isStored && body[i].Code != OpCodes.Dup)
            {
                return Called(body[i]) is { } method
                    && (IsToString(method) || (IsText(method) && !AsksForNumber(method, body, box)));
            }

            above = isStored ? 0 : above + use.Pushes - use.Pops;
        }

        return false;
    }

    private CalledMethod? Called(IlInstruction instruction) =>
        instruction.Code.FlowControl == FlowControl.Call ? CalledMethod.Of(reader, instruction.Token) : null;

    private static bool IsToString(CalledMethod? method) => method is { Name: "ToString", Parameters: 0, IsInstance: true };

    private bool IsText(CalledMethod method) => (TypeNames.Of(reader, method.Type), method.Name) is
        ("System.String", "Concat" or "Format") or ("System.Text.StringBuilder", "Append");

    /// <summary>Whether the format that was loaded before the value has a place {0:D}.</summary>
    private bool AsksForNumber(CalledMethod method, IReadOnlyList<IlInstruction> body, int box)
    {
        Handle text = body.Take(box).LastOrDefault(instruction => instruction.Code == OpCodes.Ldstr).Token;
        return method.Name == "Format" && !text.IsNil
            && reader.GetUserString((UserStringHandle)text).Contains(":D}", StringComparison.OrdinalIgnoreCase);
    }
}
