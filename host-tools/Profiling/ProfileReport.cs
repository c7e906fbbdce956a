using System.Text.Json;
using System.Text.Json.Serialization;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>What one function cost, its callees excluded.</summary>
/// <param name="Name">Symbol; "(no symbol)" gathers what has none.</param>
/// <param name="Address">First byte, 0 for "(no symbol)".</param>
/// <param name="Calls">Executions of the first instruction (loops back to it included).</param>
/// <param name="Instructions">Retired instructions.</param>
/// <param name="Share">Part of all instructions, 0 to 1.</param>
/// <param name="Cycles">Estimated cycles.</param>
public sealed record FunctionProfile(
    string Name, ulong Address, long Calls, long Instructions, double Share, CycleRange Cycles);

/// <summary>What one class of instructions cost.</summary>
/// <param name="Class">The class.</param>
/// <param name="Instructions">Retired instructions.</param>
/// <param name="Share">Part of all instructions, 0 to 1.</param>
/// <param name="Cycles">Estimated cycles, the refill after taken branches with the branch.</param>
public sealed record ClassProfile(InstructionClass Class, long Instructions, double Share, CycleRange Cycles);

/// <summary>Where the instructions of a run went. Instructions are counted; cycles are estimated from them.</summary>
public sealed class ProfileReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly ElfImage elf;
    private readonly CycleModel model;
    private readonly IReadOnlyList<InstructionCount> counts;

    /// <param name="elf">The image, for its symbols.</param>
    /// <param name="model">Decodes the counts and estimates their cycles.</param>
    /// <param name="counts">One entry per executed instruction.</param>
    public ProfileReport(ElfImage elf, CycleModel model, IReadOnlyList<InstructionCount> counts)
    {
        this.elf = elf;
        this.model = model;
        this.counts = counts;
        Code = ExecutedInstruction.Decode(model.InstructionSet, counts);
        CodeCycles = model.Estimate(Code);
        Instructions = Code.Sum(e => e.Count);
        Cycles = Sum(CodeCycles);
        Functions = GroupByFunction();
        Classes = GroupByClass();
    }

    /// <summary>Path of the image.</summary>
    public string Image { get; init; } = "";

    /// <summary>The processor whose cycles are estimated.</summary>
    public string Processor => model.Processor;

    /// <summary>All retired instructions.</summary>
    public long Instructions { get; }

    /// <summary>All estimated cycles.</summary>
    public CycleRange Cycles { get; }

    /// <summary>How often the counting window was opened; 0 where the whole run was counted.</summary>
    public long Windows { get; init; }

    /// <summary>Why the run ended.</summary>
    public ProfileEnd End { get; init; }

    /// <summary>QEMU's exit code: the guest's own where it ended by semihosting.</summary>
    public int ExitCode { get; init; }

    /// <summary>What the guest and QEMU printed.</summary>
    public string GuestOutput { get; init; } = "";

    /// <summary>Functions, the most instructions first.</summary>
    public IReadOnlyList<FunctionProfile> Functions { get; }

    /// <summary>Classes, the most instructions first.</summary>
    public IReadOnlyList<ClassProfile> Classes { get; }

    /// <summary>What the estimate of cycles rests on; to be shown with it.</summary>
    public IReadOnlyList<string> Assumptions => model.Assumptions;

    /// <summary>Each executed instruction by address, for annotated listings.</summary>
    public IReadOnlyList<ExecutedInstruction> Code { get; }

    /// <summary>Estimated cycles of all executions of each entry of <see cref="Code"/>.</summary>
    public IReadOnlyList<CycleRange> CodeCycles { get; }

    /// <summary>
    /// This run less another run of the same image: two runs that differ by one inference leave that inference.
    /// </summary>
    /// <exception cref="ModelException">The other run executed some instruction more often.</exception>
    public ProfileReport Subtract(ProfileReport other)
    {
        Dictionary<(ulong, uint), long> less = other.counts.ToDictionary(c => (c.Address, c.Opcode), c => c.Count);
        List<InstructionCount> rest = [];
        foreach (InstructionCount c in counts)
        {
            less.Remove((c.Address, c.Opcode), out long subtrahend);
            if (c.Count < subtrahend)
            {
                throw new ModelException(
                    $"the run to subtract executed the instruction at 0x{c.Address:x} more often.");
            }
            if (c.Count > subtrahend) rest.Add(c with { Count = c.Count - subtrahend });
        }
        if (less.Values.Any(v => v > 0))
            throw new ModelException("the run to subtract executed instructions that this run did not.");
        return new(elf, model, rest)
        {
            Image = Image,
            Windows = Windows - other.Windows,
            End = End,
            ExitCode = ExitCode,
            GuestOutput = GuestOutput,
        };
    }

    /// <summary>The report as JSON with snake_case keys, with at most so many functions.</summary>
    public string ToJson(int mostFunctions = int.MaxValue) => JsonSerializer.Serialize(
        new
        {
            Image,
            Processor,
            Instructions,
            EstimatedCycles = Cycles,
            Windows,
            End,
            ExitCode,
            Functions = Functions.Take(mostFunctions),
            Classes,
            Assumptions,
        },
        Json);

    private static CycleRange Sum(IEnumerable<CycleRange> ranges) =>
        ranges.Aggregate(default(CycleRange), (a, b) => a + b);

    private double Share(long instructions) => Instructions == 0 ? 0 : (double)instructions / Instructions;

    private List<FunctionProfile> GroupByFunction() => Enumerable.Range(0, Code.Count)
        .GroupBy(i => elf.SymbolAt(Code[i].Address))
        .Select(g =>
        {
            long instructions = g.Sum(i => Code[i].Count);
            long calls = g.Where(i => Code[i].Address == g.Key?.Address).Sum(i => Code[i].Count);
            return new FunctionProfile(g.Key?.Name ?? "(no symbol)", g.Key?.Address ?? 0, calls, instructions,
                Share(instructions), Sum(g.Select(i => CodeCycles[i])));
        })
        .OrderByDescending(f => f.Instructions).ThenBy(f => f.Address).ToList();

    private List<ClassProfile> GroupByClass() => Enumerable.Range(0, Code.Count)
        .GroupBy(i => Code[i].Decoded.Class)
        .Select(g =>
        {
            long instructions = g.Sum(i => Code[i].Count);
            return new ClassProfile(g.Key, instructions, Share(instructions), Sum(g.Select(i => CodeCycles[i])));
        })
        .OrderByDescending(c => c.Instructions).ThenBy(c => c.Class).ToList();
}
