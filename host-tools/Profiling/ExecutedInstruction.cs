namespace McuAi.HostTools.Profiling;

/// <summary>One instruction with everything that is known of its executions.</summary>
public sealed class ExecutedInstruction
{
    /// <summary>The guest's address.</summary>
    public required ulong Address { get; init; }

    /// <summary>Opcode, first byte in the lowest bits.</summary>
    public required uint Opcode { get; init; }

    /// <summary>Class and operands.</summary>
    public required DecodedInstruction Decoded { get; init; }

    /// <summary>Executions.</summary>
    public required long Count { get; init; }

    /// <summary>Executions that jumped (0 for an instruction that is no jump).</summary>
    public long Taken { get; set; }

    /// <summary>Executions that came straight from the instruction before it in memory.</summary>
    public long FromPrevious { get; set; }

    /// <summary>Made conditional by an IT instruction.</summary>
    public bool Predicated { get; set; }

    /// <summary>The jump may fall through.</summary>
    public bool MayFallThrough => Decoded.MayFallThrough || Predicated;

    /// <summary>Decodes counts and sorts them by address.</summary>
    public static List<ExecutedInstruction> Decode(InstructionSet set, IEnumerable<InstructionCount> counts)
    {
        List<ExecutedInstruction> result = [];
        byte[] bytes = new byte[4];
        foreach (InstructionCount c in counts.Where(c => c.Count > 0).OrderBy(c => c.Address))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, c.Opcode);
            result.Add(new()
            {
                Address = c.Address,
                Opcode = c.Opcode,
                Count = c.Count,
                Decoded = InstructionDecoder.Decode(set, bytes.AsSpan(0, Math.Min(c.Size, 4))),
            });
        }
        BranchOutcomes.Resolve(result);
        return result;
    }
}
