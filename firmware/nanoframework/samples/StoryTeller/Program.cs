using System;
using System.Threading;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>A board tells stories, one after another.</summary>
    public static class Program
    {
        private const int LongestStory = 200;

        public static void Main()
        {
            PackSource pack = OpenPack();
            TextGenerator generator = new TextGenerator(pack);
            Console.WriteLine(
                pack.Length.ToString() + " bytes of pack, " + generator.Model.Pack.ArenaBytes.ToString() + " of memory for the model");
            Narrator narrator = new Narrator(generator);
            for (int number = 1; ; number++)
            {
                long start = DateTime.UtcNow.Ticks;
                int tokens = narrator.Tell(number, "Once upon a time", LongestStory, (sender, piece) => Console.Write(piece));
                long ms = (DateTime.UtcNow.Ticks - start) / TimeSpan.TicksPerMillisecond;
                Console.WriteLine();
                Console.WriteLine(
                    "-- story " + number.ToString() + ": " + tokens.ToString() + " tokens in " + ms.ToString() + " ms, "
                        + generator.Model.BytesRead.ToString() + " bytes of weights were read so far");
                Thread.Sleep(5000);
            }
        }

        /// <summary>The partition named "model", or a file where there is none: its weights are streamed.</summary>
        private static PackSource OpenPack()
        {
            try
            {
                return new MappedPack("model");
            }
            catch (McuAiException error) when (error.Code == ErrorCode.Read)
            {
                return new FilePack("I:\\model.tsk");
            }
        }
    }
}
