namespace McuAi.HostTools.Models;

/// <summary>A peer's cost of one inference.</summary>
public sealed record PeerFigure(long Instructions, long? ArenaBytes);

/// <summary>TensorFlow Lite Micro with CMSIS-NN, measured once in the same emulator by retired instructions, for
/// comparison. Models are known by the file names of MLPerf Tiny.</summary>
public static class PeerFigures
{
    public const string Source = "TFLM + CMSIS-NN: TensorFlow Lite Micro 90b983c2 with CMSIS-NN 4ab83cc3, release " +
        "flags, retired instructions in QEMU 7.2 with -icount shift=0; arenas on Cortex-M4.";

    private static readonly Dictionary<string, (long M4, long M7, long M55, long Arena)> Models = new()
    {
        ["kws_ref_model"] = (7_697_440, 7_643_200, 1_813_187, 22_820),
        ["ad01_int8"] = (582_960, 583_240, 150_000, 2_580),
        ["pretrainedResnet_quant"] = (29_863_720, 30_026_760, 4_911_750, 54_996),
        ["vww_96_int8"] = (24_101_960, 24_025_560, 6_558_312, 100_708),
        ["str_ww_ref_model"] = (2_227_560, 2_188_640, 407_937, 16_596),
    };

    /// <summary>CMSIS-NN's dense layers of 256x256: instructions per MAC.</summary>
    private static readonly Dictionary<(string Cpu, string Model), double> Dense = new()
    {
        [("cortex-m4", "dense 256x256 int8")] = 2.07,
        [("cortex-m4", "dense 256x256 int4")] = 5.07,
        [("cortex-m55", "dense 256x256 int8")] = 0.52,
        [("cortex-m55", "dense 256x256 int4")] = 0.47,
    };

    /// <summary>Null where there is no figure.</summary>
    public static PeerFigure? Of(string model, string cpu)
    {
        if (Dense.TryGetValue((cpu, model), out double perMac))
            return new PeerFigure((long)Math.Round(perMac * 256 * 256), null);
        if (!Models.TryGetValue(model, out (long M4, long M7, long M55, long Arena) known))
            return null;
        long instructions = cpu switch
        {
            "cortex-m4" => known.M4,
            "cortex-m7" => known.M7,
            "cortex-m55" => known.M55,
            _ => 0,
        };
        return instructions == 0 ? null : new PeerFigure(instructions, known.Arena);
    }
}
