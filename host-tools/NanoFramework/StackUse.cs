using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>How many values an instruction takes from the stack and puts there, ECMA-335 part III.</summary>
internal readonly record struct StackUse(int Pops, int Pushes)
{
    /// <summary>Null where the instruction ends a straight line of code, or its use is not known.</summary>
    public static StackUse? Of(MetadataReader reader, IlInstruction instruction)
    {
        OpCode code = instruction.Code;
        if (code.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
            return null;
        if (code == OpCodes.Call || code == OpCodes.Callvirt || code == OpCodes.Newobj)
        {
            if (CalledMethod.Of(reader, instruction.Token) is not { } method)
                return null;
            return code == OpCodes.Newobj
                ? new StackUse(method.Parameters, 1)
                : new StackUse(method.Parameters + (method.IsInstance ? 1 : 0), method.Result == "System.Void" ? 0 : 1);
        }

        return Values(code.StackBehaviourPop) is { } pops && Values(code.StackBehaviourPush) is { } pushes
            ? new StackUse(pops, pushes)
            : null;
    }

    private static int? Values(StackBehaviour use) => use switch
    {
        StackBehaviour.Pop0 or StackBehaviour.Push0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref or StackBehaviour.Push1 or StackBehaviour.Pushi
            or StackBehaviour.Pushi8 or StackBehaviour.Pushr4 or StackBehaviour.Pushr8 or StackBehaviour.Pushref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8
            or StackBehaviour.Popi_popr4 or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi
            or StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8
            or StackBehaviour.Popref_popi_popr4 or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref
            or StackBehaviour.Popref_popi_pop1 => 3,
        _ => null,
    };
}
