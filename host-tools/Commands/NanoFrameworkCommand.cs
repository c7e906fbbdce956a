using System.CommandLine;
using McuAi.HostTools.Models;
using McuAi.HostTools.NanoFramework;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai nanoframework check|checksum X.dll: whether assemblies run on .NET nanoFramework 1.x, and what native code they
/// need; mcuai nanoframework bench MODEL: what the managed runtime costs.</summary>
internal static class NanoFrameworkCommand
{
    public static Command Create() => new("nanoframework",
        "Check assemblies for .NET nanoFramework 1.x, and measure the managed runtime.") { Check(), Checksum(), Bench() };

    private static Command Check()
    {
        Argument<string[]> assemblies = Assemblies("compiled assemblies; they may refer to one another");
        var references = new Option<string?>("--reference", "-r")
        {
            Description = "a folder with mscorlib.dll and the other assemblies that the device has; " +
                "artifacts/nanoframework/reference by default",
        };
        var command = new Command("check", "Find what compiles and then fails on a device.") { assemblies, references };
        command.SetAction(arguments =>
        {
            string[] paths = arguments.GetValue(assemblies)!;
            IReadOnlyList<Finding> findings =
                AssemblyCheck.Run(paths, arguments.GetValue(references) ?? ReferenceSurface.DefaultFolder);
            foreach (Finding finding in findings)
                Console.Error.WriteLine(finding);
            if (findings.Count == 0)
                Console.Out.WriteLine($"{string.Join(", ", paths)}: nothing found that fails on nanoFramework 1.x");
            return findings.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command Checksum()
    {
        Argument<string[]> assemblies = Assemblies("compiled assemblies with native methods");
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("checksum", "Show the checksum and the table of native methods that firmware has to have.")
        {
            assemblies, json,
        };
        command.SetAction(arguments =>
        {
            foreach (string path in arguments.GetValue(assemblies)!)
            {
                using AssemblyImage image = AssemblyImage.Open(path);
                var interop = NativeInterop.Of(image);
                foreach (Finding finding in NativeInterop.Findings(image))
                    Console.Error.WriteLine(finding);
                if (arguments.GetValue(json))
                {
                    string checksum = $"0x{interop.Checksum:X8}";
                    Report.Print(new { Assembly = image.Name, Checksum = checksum, interop.Count, interop.Methods });
                }
                else
                {
                    Print(image.Name, interop);
                }
            }

            return 0;
        });
        return command;
    }

    private static Command Bench()
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "quantized models or packs", Arity = ArgumentArity.OneOrMore,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "rounds of a fiftieth of a second each", DefaultValueFactory = _ => ManagedBench.DefaultRounds,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) < 1)
                result.AddError("--rounds takes a number from 1 on.");
        });
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("bench", "Time inferences in the managed runtime beside the core's own, on this machine.")
        {
            models, rounds, json,
        };
        command.SetAction(arguments =>
        {
            ManagedBenchRow[] rows = [.. arguments.GetValue(models)!.Select(path => ManagedBench.Run(
                Path.GetFileNameWithoutExtension(path), ModelFile.ReadPackOrModel(path), arguments.GetValue(rounds)))];
            if (arguments.GetValue(json))
                Report.Print(rows);
            else
                Print(rows);
        });
        return command;
    }

    private static void Print(ManagedBenchRow[] rows)
    {
        Table table = TableOutput.Create("model", ">operators", ">core, us", ">managed, us", ">more", ">median", ">bytes allocated");
        foreach (ManagedBenchRow row in rows)
            table.AddRow(row.Model, $"{row.Operators}", $"{row.CoreUs:N1}", $"{row.ManagedUs:N1}", $"{row.Overhead:P2}",
                $"{row.MedianOverhead:P2}", $"{row.AllocatedBytes}");
        TableOutput.Write(table);
    }

    private static void Print(string name, NativeInterop interop)
    {
        Console.Out.WriteLine($"{name}: checksum 0x{interop.Checksum:X8}, {interop.Methods.Count} native of " +
            $"{interop.Count} methods");
        Table table = TableOutput.Create(">index", "class", "method");
        foreach (NativeMethod method in interop.Methods)
            table.AddRow($"{method.Index}", Markup.Escape(method.Class), Markup.Escape(method.Method));
        TableOutput.Write(table);
    }

    private static Argument<string[]> Assemblies(string description) => new("X.dll")
    {
        Description = description, Arity = ArgumentArity.OneOrMore,
    };
}
