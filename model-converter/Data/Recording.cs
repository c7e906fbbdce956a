namespace McuAi.ModelConverter.Data;

/// <summary>Sound as read from a file: mixed down to one channel, full scale at 1, at the file's own rate.</summary>
public sealed record Recording(float[] Samples, int Rate, int Bits, int Channels)
{
    public double Seconds => (double)Samples.Length / Rate;
}
