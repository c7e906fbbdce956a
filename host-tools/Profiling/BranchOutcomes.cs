namespace McuAi.HostTools.Profiling;

/// <summary>
/// Finds how often each jump was taken from instruction counts alone. What flows into an instruction is what was
/// executed there: count = falls through from the instruction before + jumps taken to it. Where only one of these is
/// unknown it follows; this is repeated until nothing more follows. Jumps through registers, interrupts and window
/// borders are not seen: where they leave a jump open, all that its fall-through can hold is assumed to fall through.
/// </summary>
internal static class BranchOutcomes
{
    public static void Resolve(List<ExecutedInstruction> instructions)
    {
        MarkPredicated(instructions);
        Flow flow = new(instructions);
        while (flow.Propagate()) { }
        flow.AssumeRest();
        flow.Store();
    }

    private static bool IsAdjacent(ExecutedInstruction first, ExecutedInstruction second) =>
        first.Address + (ulong)first.Decoded.Size == second.Address;

    private static void MarkPredicated(List<ExecutedInstruction> instructions)
    {
        for (int i = 0; i < instructions.Count; i++)
        {
            int n = instructions[i].Decoded.PredicatedCount;
            int last = Math.Min(i + n, instructions.Count - 1);
            for (int j = i + 1; j <= last && IsAdjacent(instructions[j - 1], instructions[j]); j++)
                instructions[j].Predicated = true;
        }
    }

    private sealed class Flow
    {
        private readonly List<ExecutedInstruction> code;
        private readonly long?[] taken;                // per instruction; null while unknown
        private readonly List<int>[] jumpsTo;          // direct jumps that lead to an instruction, calls excluded
        private readonly bool[] hasUnseenInflow;       // reached by calls or through registers as well

        public Flow(List<ExecutedInstruction> instructions)
        {
            code = instructions;
            taken = new long?[code.Count];
            jumpsTo = new List<int>[code.Count];
            hasUnseenInflow = new bool[code.Count];
            Dictionary<ulong, int> indexOf = [];
            for (int i = 0; i < code.Count; i++) indexOf.TryAdd(code[i].Address, i);
            for (int i = 0; i < code.Count; i++) Connect(i, indexOf);
        }

        private void Connect(int i, Dictionary<ulong, int> indexOf)
        {
            DecodedInstruction d = code[i].Decoded;
            if (!d.IsJump) taken[i] = 0;
            else if (!code[i].MayFallThrough || !IsFollowed(i)) taken[i] = code[i].Count;
            ulong target = (ulong)((long)code[i].Address + (d.TargetOffset ?? 0));
            if (d.TargetOffset is null || !indexOf.TryGetValue(target, out int t)) return;
            if (d.Class == InstructionClass.Call) hasUnseenInflow[t] = true;
            else (jumpsTo[t] ??= []).Add(i);
        }

        /// <summary>Executions of i that went on to i + 1; a call comes back, so it goes on as well.</summary>
        private long? FallThrough(int i) =>
            code[i].Decoded.Class == InstructionClass.Call ? code[i].Count : code[i].Count - taken[i];

        private bool IsFollowed(int i) => i + 1 < code.Count && IsAdjacent(code[i], code[i + 1]);

        private int Before(int i) => i > 0 && IsAdjacent(code[i - 1], code[i]) ? i - 1 : -1;

        /// <summary>
        /// What fell through is asked first: where a jump leads is also reached in ways that are not seen here, such
        /// as the first entry of a loop through a pointer.
        /// </summary>
        public bool Propagate() => PropagateOnce(toFallThrough: true) || PropagateOnce(toFallThrough: false);

        private bool PropagateOnce(bool toFallThrough)
        {
            bool learned = false;
            for (int i = 0; i < code.Count; i++) learned |= LearnFromInflow(i, toFallThrough);
            return learned;
        }

        private bool LearnFromInflow(int i, bool toFallThrough)
        {
            if (hasUnseenInflow[i]) return false;
            int before = Before(i), unknown = -1, unknowns = 0;
            long known = 0;
            if (before >= 0 && FallThrough(before) is long falls) known += falls;
            else if (before >= 0) { unknown = before; unknowns++; }
            foreach (int jump in jumpsTo[i] ?? [])
            {
                if (taken[jump] is long t) known += t;
                else { unknown = jump; unknowns++; }
            }
            if (unknowns != 1 || (unknown == before) != toFallThrough) return false;
            long rest = Math.Clamp(code[i].Count - known, 0, code[unknown].Count);
            taken[unknown] = unknown == before ? code[unknown].Count - rest : rest;
            return true;
        }

        public void AssumeRest()
        {
            for (int i = 0; i < code.Count; i++)
            {
                if (taken[i] is not null) continue;
                taken[i] = IsFollowed(i) ? Math.Max(0, code[i].Count - code[i + 1].Count) : code[i].Count;
            }
        }

        public void Store()
        {
            for (int i = 0; i < code.Count; i++)
            {
                code[i].Taken = taken[i] ?? 0;
                int before = Before(i);
                bool comesStraight = before >= 0 && code[before].Decoded.Class != InstructionClass.Call;
                if (comesStraight) code[i].FromPrevious = Math.Clamp(FallThrough(before) ?? 0, 0, code[i].Count);
            }
        }
    }
}
