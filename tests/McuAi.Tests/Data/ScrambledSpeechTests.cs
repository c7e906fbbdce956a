using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class ScrambledSpeechTests
{
    private const int Rate = 8000, Window = 4000;

    [TestMethod]
    public void PiecesAreAnEndBeforeABeginningOrAWholeBackwards()
    {
        float[] first = Ramp(1000, 2000), second = Ramp(3000, 4000);
        var random = new Random(1);
        int backwards = 0;
        for (int i = 0; i < 200; i++)
        {
            float[] scrambled = ScrambledSpeech.Of(first, second, Rate, random);
            Assert.HasCount(Window, scrambled);
            float[] speech = [.. scrambled.Where(sample => sample != 0)];
            float[] steps = [.. speech.Zip(speech.Skip(1), (before, after) => after - before)];
            int jump = Array.FindIndex(steps, step => Math.Abs(step) > 0.05f);
            backwards += jump < 0 ? 1 : 0;
            if (jump < 0)
            {
                Assert.IsTrue(steps.All(step => step < 0), "backwards");
                continue;
            }

            // What comes before the cut is the end of the first word, the rest the beginning of the second one.
            Assert.AreEqual(0.2f, speech[jump], 0.01f);
            Assert.AreEqual(0.3f, speech[jump + 1], 0.01f);
            Assert.IsTrue(jump is > 300 and < 650, $"{jump} samples of the first");
            Assert.IsTrue(speech.Length - jump is > 350 and < 700, $"{speech.Length - jump} samples of the second");
        }

        Assert.IsTrue(backwards is > 30 and < 90, $"{backwards} of 200");
    }

    /// <summary>Samples that tell where they are from, in the middle of silence.</summary>
    private static float[] Ramp(int low, int high)
    {
        float[] window = new float[Window];
        for (int i = low; i < high; i++)
            window[(Window / 2) - 500 + i - low] = i / 10000f;
        return window;
    }
}
