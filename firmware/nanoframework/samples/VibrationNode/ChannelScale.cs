using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>What the samples of one channel stand for: value = offset + step * sample.</summary>
    public sealed class ChannelScale
    {
        private readonly double _offset;
        private readonly double _step;

        /// <param name="line">Of the pack's entry <c>channels</c>: name, offset and step with tabs between them.</param>
        /// <exception cref="McuAiException">It is no such line: <see cref="ErrorCode.Detector"/>.</exception>
        public ChannelScale(string line)
        {
            string[] fields = line.Split('\t');
            if (fields.Length != 3 || !double.TryParse(fields[1], out _offset) || !double.TryParse(fields[2], out _step) || !(_step > 0))
            {
                throw new McuAiException(ErrorCode.Detector, "the pack does not tell the scale of a channel: '" + line + "'");
            }

            Name = fields[0];
        }

        /// <summary>Name of the channel, as it was in the log.</summary>
        public string Name { get; }

        /// <summary>The nearest sample.</summary>
        public short ToSample(double value)
        {
            double sample = (value - _offset) / _step;
            return sample >= short.MaxValue ? short.MaxValue
                : sample <= short.MinValue ? short.MinValue
                : (short)(sample < 0 ? sample - 0.5 : sample + 0.5);
        }
    }
}
