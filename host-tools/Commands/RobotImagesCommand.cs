using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.HostTools.RobotTests;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai robot-images --board B: what the .robot tests of renode/ run.</summary>
internal static class RobotImagesCommand
{
    private const int DefaultTokens = 40;

    public static Command Create()
    {
        Option<string> board = CommonOptions.Board();
        var folder = new Option<string?>("--output", "-o") { Description = "a folder; renode/images/BOARD by default" };
        Option<string> inference = Pack("--model", "a pack or a quantized model, run on --input", "commands");
        Option<string[]> input = CommonOptions.Input();
        input.Required = false;
        Option<string> story = Pack("--story", "the pack of a language model", "stories");
        var prompt = new Option<string>("--prompt", "-p")
        {
            Description = "how the story begins", DefaultValueFactory = _ => "Once upon a time",
        };
        var tokens = new Option<int>("--tokens", "-n")
        {
            Description = "of the story, at most", DefaultValueFactory = _ => DefaultTokens,
        };
        Option<string> spotter = Pack("--spotter", "the pack of a keyword spotter", "digits");
        Option<string> detector = Pack("--detector", "the pack of an anomaly detector", "bearing");
        Option<string> streamed = Pack("--streamed", "the pack of a language model, read from the board's flash chip",
            "shakespeare");
        var command = new Command("robot-images", "Build what the Robot Framework tests in renode/ run and expect.")
        {
            board, folder, inference, input, story, prompt, tokens, spotter, detector, streamed,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            ProjectFolder project = ProjectFolder.Find();
            Board target = new BoardCatalog(project.Boards).Find(arguments.GetValue(board)!);
            if (target.Emulators.Renode is null)
                throw new BoardException($"The board {target.Name} has no platform for Renode; see `mcuai boards`.");
            if (arguments.GetValue(tokens) < 1)
                throw new ModelException($"--tokens {arguments.GetValue(tokens)}: give how many tokens the story has at most, " +
                    "1 or more.");
            string model = arguments.GetValue(inference)!;
            byte[]? inputs = arguments.GetValue(input) is { Length: > 0 } paths
                ? ModelInput.Read(paths, ModelFile.ReadPackOrModel(model))
                : null;
            var request = new StoryRequest(arguments.GetValue(prompt)!, arguments.GetValue(tokens), Temperature: 0, TopK: 0,
                TopP: 1, Seed: 1);
            string place = Path.Combine(project.Renode, "images", target.Name);
            string output = Path.GetFullPath(arguments.GetValue(folder) ?? place);
            var packs = new RobotPacks(model, inputs, Given(story), request, Given(spotter), Given(detector),
                Given(streamed));
            foreach (string sentence in await new RobotImages(project, target).WriteAsync(packs, output, cancellation))
                await Console.Error.WriteLineAsync(sentence);
            Console.Out.WriteLine($"{output}: images for {target.Name}; " + (output == place ? "" : $"put them at {place} and ") +
                $"run them with renode-test {Path.Combine(project.Renode, target.Name)}.robot");
            return 0;

            RobotPack Given(Option<string> option) =>
                new(arguments.GetValue(option)!, arguments.GetResult(option) is { Implicit: false });
        });
        return command;

        static Option<string> Pack(string name, string description, string model) => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => Path.Combine(ProjectFolder.Find().Root, "models", model + ".tsk"),
        };
    }
}
