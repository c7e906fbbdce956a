using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Profiling;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai profile IMAGE.elf --board B: where the instructions of any firmware image go.</summary>
internal static class ProfileCommand
{
    private const int FunctionsShown = 25;

    public static Command Create()
    {
        var image = new Argument<string>("IMAGE") { Description = "a firmware image, an ELF file with symbols" };
        Option<string> board = CommonOptions.Board();
        var function = new Option<string?>("--function")
        {
            Description = "count only while this function and what it calls is active",
        };
        var from = new Option<string?>("--from") { Description = "count from each call of this function on ..." };
        var until = new Option<string?>("--until") { Description = "... until this one is called" };
        var marker = new Option<string?>("--marker")
        {
            Description = "end the emulator when the console shows this",
            DefaultValueFactory = _ => "mcuai done",
        };
        var timeout = new Option<int>("--timeout")
        {
            Description = "end the emulator after so many seconds",
            DefaultValueFactory = _ => 60,
        };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("profile", "Attribute a firmware image's instructions to functions and classes.")
        {
            image, board, function, from, until, marker, timeout, json,
        };
        command.SetAction(arguments =>
        {
            Board target = new BoardCatalog(ProjectFolder.Find().Boards).Find(arguments.GetValue(board)!);
            ImageProfileRequest request = BoardRun.ProfileRequest(target, arguments.GetValue(image)!,
                arguments.GetValue(marker));
            ProfileReport report = ImageProfiler.Run(request with
            {
                Function = arguments.GetValue(function),
                WindowFrom = arguments.GetValue(from),
                WindowUntil = arguments.GetValue(until),
                Timeout = TimeSpan.FromSeconds(arguments.GetValue(timeout)),
                ExtraArguments = ["-semihosting-config", "enable=on,target=native"],
            });
            if (arguments.GetValue(json))
                Console.Out.WriteLine(report.ToJson());
            else
                Print(report);
            return 0;
        });
        return command;
    }

    private static void Print(ProfileReport report)
    {
        Table functions = TableOutput.Create("function", ">calls", ">instructions", ">share", ">cycles");
        foreach (FunctionProfile row in report.Functions.Take(FunctionsShown))
            functions.AddRow(Markup.Escape(row.Name), $"{row.Calls:N0}", $"{row.Instructions:N0}", $"{row.Share:P1}",
                $"{row.Cycles.Typical:N0}");
        TableOutput.Write(functions);
        Table classes = TableOutput.Create("class", ">instructions", ">share", ">cycles");
        foreach (ClassProfile row in report.Classes)
            classes.AddRow($"{row.Class}", $"{row.Instructions:N0}", $"{row.Share:P1}", $"{row.Cycles.Typical:N0}");
        TableOutput.Write(classes);
        Console.Out.WriteLine($"{report.Instructions:N0} instructions, estimated {report.Cycles.Typical:N0} cycles " +
            $"({report.Cycles.Low:N0} to {report.Cycles.High:N0}) on {report.Processor}" +
            (report.Windows > 0 ? $", in {report.Windows} windows" : "") + $"; ended by {report.End}");
        foreach (string assumption in report.Assumptions)
            Console.Out.WriteLine($"  {assumption}");
    }
}
