using System.Reflection.Metadata;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>What a device runs passes compiler and check.</summary>
[TestClass]
public sealed class CleanCodeTests
{
    private const string Source = """
        using System;
        using System.Collections;
        using System.Runtime.CompilerServices;
        using System.Threading;

        namespace Clean
        {
            public interface IShape { int Area { get; } static int Sides(IShape shape) => shape is Square ? 4 : 0; }

            public struct Square : IShape
            {
                public int Side;
                public Square(int side) { Side = side; }
                public int Area => Side * Side;
            }

            public class HeardEventArgs : EventArgs
            {
                public HeardEventArgs(string word) { Word = word; }
                public string Word { get; }
            }

            public delegate void HeardEventHandler(object sender, HeardEventArgs e);

            public sealed class Listener : IDisposable
            {
                private static readonly sbyte[] Table = { 1, -2, 3, -4, 5, -6, 7, -8, 9 };
                private static readonly int[][] Jagged = { new[] { 1, 2 }, new[] { 3 } };
                private readonly object gate = new object();
                private bool stopped;
                private byte[] buffer = new byte[16];

                public event HeardEventHandler Heard;

                ~Listener() { stopped = true; }

                [MethodImpl(MethodImplOptions.InternalCall)]
                private static extern int Run(byte[] input, int offset, int count, int[] results, string name, bool again);

                public int Sum(ref int total, out int last)
                {
                    last = 0;
                    foreach (int[] row in Jagged)
                        foreach (int value in row)
                            total += last = value;
                    for (int i = 0; i < Table.Length; ++i)
                        total += Table[i] + Table[(long)i];
                    return total;
                }

                public string Describe(object thing) => thing switch
                {
                    null => "nothing",
                    int number when number < 0 => $"negative {number}",
                    int number => $"number {number,4}",
                    string { Length: > 3 and < 10 } text => $"text '{text}'",
                    IShape shape => $"area {shape.Area}",
                    _ => thing.ToString(),
                };

                public void Start()
                {
                    int count = 0;
                    var thread = new Thread(() =>
                    {
                        while (!stopped)
                        {
                            lock (gate)
                                ++count;
                            Thread.Sleep(1);
                            Heard?.Invoke(this, new HeardEventArgs($"word {count}"));
                        }
                    });
                    thread.Start();
                    thread.Join();
                }

                public int Read(int offset)
                {
                    SpanByte span = new SpanByte(buffer, offset, 4);
                    var list = new ArrayList { BitConverter.ToInt32(buffer, offset), span[0], buffer.Clone() };
                    try
                    {
                        using (this)
                            return Run(buffer, 0, buffer.Length, new int[4], nameof(Read), true) + list.Count;
                    }
                    catch (ArgumentException error) when (error.Message.Length > 0)
                    {
                        throw new InvalidOperationException("Reading failed.", error);
                    }
                    finally
                    {
                        Array.Clear(buffer, 0, buffer.Length);
                    }
                }

                public void Dispose()
                {
                    stopped = true;
                    buffer = null;
                    GC.SuppressFinalize(this);
                }
            }
        }
        """;

    [TestMethod]
    public void WhatADeviceRunsPassesCompilerAndCheck() =>
        Assert.AreEqual("", string.Join('\n', DeviceCompiler.Check(DeviceCompiler.Compile(Source))));

    /// <summary>Which members mscorlib has decides how the compiler writes locks, events, finalizers, delegates and strings.
    /// </summary>
    [TestMethod]
    public void TheCompilerWritesWhatItWritesAgainstCoreLibrary()
    {
        string library = AbsentSurfaceTests.CoreLibrary();
        string reference = Path.Combine(ReferenceSurface.DefaultFolder, "mscorlib.dll");
        string[] ours = Contents(DeviceCompiler.CompileAgainst(reference, Source));
        Assert.IsGreaterThan(30, ours.Length);
        CollectionAssert.AreEqual(Contents(DeviceCompiler.CompileAgainst(library, Source)), ours);
    }

    /// <summary>Each method with its IL, and each member that is referred to.</summary>
    private static string[] Contents(byte[] assembly)
    {
        using AssemblyImage image = AssemblyImage.Read("Clean.dll", assembly);
        MetadataReader reader = image.Metadata;
        return
        [
            .. reader.MethodDefinitions.Select(method => $"{image.Place(method)} " +
                Convert.ToHexString(image.Body(reader.GetMethodDefinition(method))?.GetILBytes() ?? [])),
            .. reader.MemberReferences.Select(reader.GetMemberReference).Select(member =>
                $"{TypeNames.Of(reader, member.Parent)}.{reader.GetString(member.Name)}"),
        ];
    }
}
