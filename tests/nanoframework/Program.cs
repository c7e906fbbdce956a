using System;
using McuAi.NanoFramework;

namespace McuAi.Tests.Device
{
    /// <summary>Runs on a nanoCLR: packs in every place, words, scores, a story, errors. Each line is one that the test knows from the
    /// core on the host. The folder of the packs comes from the test, which writes Settings.</summary>
    public static class Program
    {
        private const int Inferences = 3;
        private const int LongestArray = 786000; // where pointers have 32 bits

        public static void Main()
        {
            foreach (string name in Settings.Packs)
            {
                Infer(name);
            }

            Listen();
            Watch();
            Tell();
            Fail();
            Console.WriteLine("done");
        }

        private static PackSource Source(MappedPack mapped, int place)
        {
            if (place == 0)
            {
                return mapped;
            }

            if (place == 1)
            {
                return new FarPack(mapped);
            }

            byte[] all = new byte[mapped.Length];
            mapped.Read(0, all, 0, all.Length);
            return new ArrayPack(all);
        }

        private static void Infer(string name)
        {
            for (int place = 0; place < 3; place++)
            {
                MappedPack mapped = new MappedPack(Settings.Folder + name);
                if (place == 2 && mapped.Length > LongestArray)
                {
                    mapped.Dispose();
                    break;
                }

                Model model = new Model(Source(mapped, place));
                for (int i = 0; i < Inferences; i++)
                {
                    for (int port = 0; port < model.InputCount; port++)
                    {
                        model.SetInput(port, Input(model.GetInputInfo(port), i, port));
                    }

                    model.Invoke();
                    string line = name + " " + i.ToString() + " ";
                    for (int port = 0; port < model.OutputCount; port++)
                    {
                        byte[] output = new byte[model.GetOutputInfo(port).Bytes];
                        model.GetOutput(port, output);
                        line += Sum(output);
                    }

                    Console.WriteLine(line);
                }

                mapped.Dispose();
            }
        }

        /// <summary>Bytes that differ; of a language model, a token and its position.</summary>
        private static byte[] Input(TensorInfo info, int inference, int port)
        {
            byte[] input = new byte[info.Bytes];
            if (info.Type == ElementType.Int32)
            {
                input[0] = (byte)(port == 0 ? 40 + inference : inference);
                return input;
            }

            for (int i = 0; i < input.Length; i++)
            {
                input[i] = (byte)((i * 7) + inference);
            }

            return input;
        }

        /// <summary>A polynomial of the bytes.</summary>
        private static string Sum(byte[] bytes)
        {
            uint sum = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                sum = (sum * 31) + bytes[i];
            }

            return sum.ToString();
        }

        private static void Listen()
        {
            KeywordSpotter spotter = new KeywordSpotter(new MappedPack(Settings.Folder + Settings.Spotter));
            spotter.KeywordHeard += (sender, e) =>
                Console.WriteLine("heard " + e.Word + " " + e.TimeMs.ToString() + " " + e.Score.ToString());
            MappedPack sound = new MappedPack(Settings.Folder + Settings.Sound);
            byte[] bytes = new byte[2000];
            short[] samples = new short[1000];
            for (int offset = 0; offset + bytes.Length <= sound.Length; offset += bytes.Length)
            {
                sound.Read(offset, bytes, 0, bytes.Length);
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (short)(bytes[2 * i] | (bytes[(2 * i) + 1] << 8));
                }

                spotter.Push(samples);
            }

            sound.Dispose();
        }

        private static void Watch()
        {
            AnomalyDetector detector = new AnomalyDetector(new MappedPack(Settings.Folder + Settings.Detector));
            uint sum = 0;
            int frames = 0;
            detector.AnomalyScored += (sender, e) =>
            {
                sum = (sum * 31) + (uint)e.Score + (e.IsEvent ? 1u : 0u);
                frames++;
            };
            short[] samples = new short[detector.Channels * 1024];
            uint noise = 1;
            for (int block = 0; block < Settings.Blocks; block++)
            {
                for (int i = 0; i < samples.Length; i++)
                {
                    noise = (noise * 1664525) + 1013904223;
                    samples[i] = (short)((int)(noise >> 22) - 512);
                }

                detector.Push(samples);
            }

            Console.WriteLine("scores " + frames.ToString() + " " + sum.ToString());
        }

        private static void Tell()
        {
            TextGenerator generator = new TextGenerator(new FarPack(new MappedPack(Settings.Folder + Settings.Story)), 0);
            generator.SetSampling(0.8, 0, 0.95, 7);
            string line = "story ";
            foreach (string part in generator.Generate(Settings.Prompt, Settings.Tokens).Split('\n'))
            {
                line += part + "|";
            }

            Console.WriteLine(line);
        }

        private static void Fail()
        {
            Expect(new byte[100]);
            byte[] pack = new byte[80];
            pack[0] = (byte)'T';
            pack[1] = (byte)'S';
            pack[2] = (byte)'K';
            pack[3] = (byte)'1';
            pack[4] = 2;
            Expect(pack);
            try
            {
                new MappedPack("no such pack");
            }
            catch (McuAiException e)
            {
                Console.WriteLine("error " + ((int)e.Code).ToString());
            }
        }

        private static void Expect(byte[] pack)
        {
            try
            {
                new Model(new ArrayPack(pack));
            }
            catch (McuAiException e)
            {
                Console.WriteLine("error " + ((int)e.Code).ToString() + " " + e.Message);
            }
        }

        private sealed class FarPack : PackSource
        {
            private readonly MappedPack _mapped;

            public FarPack(MappedPack mapped)
            {
                _mapped = mapped;
            }

            public override int Length
            {
                get { return _mapped.Length; }
            }

            public override void Read(int offset, byte[] buffer, int index, int count)
            {
                _mapped.Read(offset, buffer, index, count);
            }
        }
    }
}
