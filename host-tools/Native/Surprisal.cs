using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>How well the core foresaw a token (mcuai_surprisal in mcuai/generator.h).</summary>
/// <param name="Distance">Of its logit to the greatest, Q16.</param>
/// <param name="Sum">Of e^-distance of all tokens, Q27.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Surprisal(uint Distance, ulong Sum)
{
    /// <summary>-ln of the probability that the token had.</summary>
    public double Nats => (Distance / 65536.0) + Math.Log(Math.ScaleB(Sum, -27));
}
