using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai listen X.tsk RECORDING.wav: finds words in a long recording, on this machine or on an emulated board.
/// </summary>
internal static class ListenCommand
{
    private static readonly Option<string?> BoardName = new("--board", "-b")
    {
        Description = "run the firmware on this emulated board, and show what it takes",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "write the image that hears the microphone of the real board, an ELF file",
    };

    private static readonly Option<string?> Truth = new("--truth")
    {
        Description = "what is spoken: a .csv with the columns time,label; time is the middle of the word in seconds",
    };

    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = "seconds between the middle of a word and an event that finds it",
        DefaultValueFactory = _ => DetectionScore.Tolerance,
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "write the pack with the settings given here",
    };

    private static readonly Option<bool> NoEstimate = new("--no-estimate") { Description = "leave out the estimate of cycles" };
    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };
    private static readonly SpotterArguments Settings = new();

    private static readonly Argument<string> Pack = new("X.tsk") { Description = "the pack of a keyword spotter" };

    private static readonly Argument<string?> RecordingPath = new("RECORDING.wav")
    {
        Description = "continuous sound of any rate", Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("listen", "Find words in a recording.")
        {
            Pack, RecordingPath, BoardName, Image, Truth, Tolerance, Output, NoEstimate, Json,
        };
        Settings.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        SpotterPack pack = SpotterPack.Read(arguments.GetValue(Pack)!);
        Settings.Apply(arguments, pack);
        Board? board = arguments.GetValue(BoardName) is { } name
            ? new BoardCatalog(ProjectFolder.Find().Boards).Find(name)
            : null;
        if (arguments.GetValue(Output) is { } output)
            ModelFile.WriteAtomically(output, PackWriter.Write(pack.Model));
        if (arguments.GetValue(Image) is { } image)
            await WriteImageAsync(pack, board, image, cancellation);
        if (arguments.GetValue(RecordingPath) is { } recording)
            await ListenAsync(pack, recording, board, arguments, cancellation);
        else if (arguments.GetValue(Output) is null && arguments.GetValue(Image) is null)
            throw new ModelException("There is nothing to listen to; give RECORDING.wav, or --image FILE to write the firmware.");
        return 0;
    }

    private static async Task WriteImageAsync(SpotterPack pack, Board? board, string path, CancellationToken cancellation)
    {
        FirmwareImage image = await new BoardListening(ProjectFolder.Find(),
                board ?? throw new ModelException("--image writes firmware for a board; name it with --board."))
            .BuildAsync(pack, FirmwareSound.Microphone, cancellation);
        ModelFile.WriteAtomically(path, await File.ReadAllBytesAsync(image.ElfPath, cancellation));
        Console.Error.WriteLine($"{path}: {image.Sizes.Code + image.Sizes.Pack:N0} bytes of flash, {image.Sizes.Ram:N0} " +
            "bytes of RAM without the stack");
    }

    private static async Task ListenAsync(SpotterPack pack, string recording, Board? board, ParseResult arguments,
        CancellationToken cancellation)
    {
        short[] samples = pack.Samples(recording);
        IReadOnlyList<SpokenWord>? spoken = arguments.GetValue(Truth) is { } truth ? Spoken(pack, truth) : null;
        BoardHearing? onBoard = board is null ? null : await new BoardListening(ProjectFolder.Find(), board)
            .RunAsync(pack, samples, !arguments.GetValue(NoEstimate), cancellation);
        Hearing hearing = onBoard is null ? HostListening.Run(pack, samples) : onBoard.Hearing(pack.Labels);
        DetectionScore? score = spoken is null ? null : DetectionScore.Of(spoken, pack.Events(hearing),
            (double)samples.Length / pack.FrontEnd.SampleRate, arguments.GetValue(Tolerance));
        if (arguments.GetValue(Json))
            ListenReport.PrintJson(pack, hearing, score, board, onBoard);
        else
            ListenReport.Print(pack, hearing, score, board, onBoard);
    }

    private static IReadOnlyList<SpokenWord> Spoken(SpotterPack pack, string path)
    {
        IReadOnlyList<SpokenWord> words = SpokenWords.Read(path);
        return words.Select(word => word.Label).FirstOrDefault(label => !pack.Labels.Contains(label)) is { } stranger
            ? throw new ModelException($"{path} has the word '{stranger}', which is none of the model's labels " +
                $"({string.Join(", ", pack.Labels)}); remove it, or correct its spelling.")
            : words;
    }
}
