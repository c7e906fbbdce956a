using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Language;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Flashing;

/// <summary>Which of firmware/apps goes around a pack on a real board, and its image.</summary>
internal static class FlashApp
{
    public const string Runner = "runner", Spotter = "keyword-spotter", Node = "anomaly-node", Teller = "story-teller";

    public static readonly string[] All = [Runner, Spotter, Node, Teller];

    /// <summary>The app that the pack was made for.</summary>
    public static string Of(PackModel model) =>
        model.Tokenizer is not null ? Teller : model.Detector is not null ? Node : model.FrontEnd is not null ? Spotter : Runner;

    /// <summary>Refuses an app that the board or the pack has no parts for, without building anything.</summary>
    /// <exception cref="BoardException">The board has no microphone, or the pack does not fit its memory.</exception>
    /// <exception cref="ModelException">The pack is not of the app's kind.</exception>
    public static void Check(string app, string path, Board board)
    {
        PackModel model = app switch
        {
            Spotter when board.Microphone is null => throw new BoardException($"{board.Name} has no microphone for the keyword " +
                "spotter; give --app runner, which runs the model on --input, or a board with a microphone."),
            Spotter => SpotterPack.Read(path).Model,
            Teller => LanguagePack.Read(path).Model,
            Node when ModelFile.ReadPack(path).Detector is null => throw new ModelException(
                $"{path} has no detector; make one with mcuai anomaly train, or give --app runner."),
            _ => ModelFile.ReadPackOrModel(path),
        };
        _ = BoardPack.For(model, board);
    }

    /// <summary>Builds the image; it is the one that emulators run, but for the keyword spotter's microphone.</summary>
    public static async Task<FirmwareImage> BuildAsync(string app, string path, ProjectFolder project, Board board,
        CancellationToken cancellation)
    {
        switch (app)
        {
            case Spotter:
                return await new BoardListening(project, board).BuildAsync(SpotterPack.Read(path), FirmwareSound.Microphone,
                    cancellation).ConfigureAwait(false);
            case Teller:
                (FirmwareImage image, _) = await new BoardStory(project, board).BuildAsync(LanguagePack.Read(path), cancellation)
                    .ConfigureAwait(false);
                return image;
            case Node:
                return await NodeEmulation.BuildAsync(board, PackWriter.Write(ModelFile.ReadPack(path)), cancellation)
                    .ConfigureAwait(false);
            default:
                BoardPack pack = BoardPack.For(ModelFile.ReadPackOrModel(path), board);
                return await new FirmwareBuilder(project, board).BuildAsync(pack.Bytes, pack.Info, app, cancellation)
                    .ConfigureAwait(false);
        }
    }

    /// <summary>What lies behind the image for the app to work on. Without inputs it is an empty header: the flash may still
    /// hold a block of an earlier image.</summary>
    /// <param name="inputs">Files: of the runner as --input takes them, of the anomaly node instants of int16 samples.</param>
    public static byte[] Block(string app, string path, IReadOnlyList<string> inputs)
    {
        if (inputs.Count == 0)
            return new byte[InputBlock.HeaderBytes];
        if (app is Spotter or Teller)
            throw new ModelException($"The {app} takes no --input; leave it out, or give --app runner.");
        PackModel model = ModelFile.ReadPackOrModel(path);
        if (app == Runner)
            return InputBlock.Make(ModelInput.Read(inputs, model), ModelInput.Bytes(model));
        int instant = sizeof(short) * DetectorReader.Features(model.Detector).Channels;
        byte[] samples = [.. inputs.SelectMany(ModelFile.ReadBytes)];
        return instant > 0 && samples.Length > 0 && samples.Length % instant == 0
            ? InputBlock.Make(samples, instant)
            : throw new ModelException($"The inputs have {samples.Length} bytes; the anomaly node takes {instant} for each " +
                "instant, an int16 sample of each channel.");
    }
}
