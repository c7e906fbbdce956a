namespace McuAi.NanoFramework.Samples
{
    /// <summary>I2S frames of a microphone with 24 bits: two slots of 32 bits, low byte first, of which the microphone fills one.
    /// </summary>
    public static class StereoFrames
    {
        /// <summary>Of one frame.</summary>
        public const int FrameBytes = 8;

        /// <summary>A slot's highest 24 bits are the sample. Speech uses only the lower ones of them: an INMP441 has -26 dBFS at
        /// 94 dB SPL, speech at half a metre is 66 dB. So the samples become 16 times as loud, and clip at 104 dB.</summary>
        private const int Shift = 8 - 4;

        /// <summary>The samples of one slot as 16-bit numbers.</summary>
        /// <param name="frames">As they come from the I2S driver.</param>
        /// <param name="slot">0 or 1.</param>
        /// <param name="samples">One for each frame.</param>
        public static void ToSamples(byte[] frames, int slot, short[] samples)
        {
            int at = (4 * slot) + 1;
            for (int i = 0; i < samples.Length; i++, at += FrameBytes)
            {
                int sample = (((sbyte)frames[at + 2] << 16) + (frames[at + 1] << 8) + frames[at]) >> Shift;
                samples[i] = (short)(sample > short.MaxValue ? short.MaxValue : sample < short.MinValue ? short.MinValue : sample);
            }
        }

        /// <summary>The slot that is not silent. Which one that is depends on the microphone's pin L/R and on the chip: some swap
        /// the slots.</summary>
        public static int FindSlot(byte[] frames)
        {
            int[] changes = new int[2];
            for (int i = FrameBytes; i < frames.Length; i++)
            {
                if (frames[i] != frames[i - FrameBytes])
                {
                    changes[i % FrameBytes / 4]++;
                }
            }

            return changes[1] > changes[0] ? 1 : 0;
        }
    }
}
