using System.CommandLine;
using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Commands;
using McuAi.ModelConverter.Graph;

var root = new RootCommand("Runs small neural networks on microcontrollers, and proves it on emulated boards first.")
{
    ConvertCommand.Create(),
    LanguageCommand.Create(),
    ShrinkCommand.Create(),
    GenerateCommand.Create(),
    PerplexityCommand.Create(),
    InspectCommand.Create(),
    RunCommand.Create(),
    EmulateCommand.Create(),
    RobotImagesCommand.Create(),
    ArduinoLibraryCommand.Create(),
    FlashCommand.Create(),
    MonitorCommand.Create(),
    ProfileCommand.Create(),
    BoardsCommand.Create(),
    DataCommand.Create(),
    SynthCommand.Create(),
    AnomalyCommand.Create(),
    TrainCommand.Create(),
    EvalCommand.Create(),
    ListenCommand.Create(),
    NanoFrameworkCommand.Create(),
    CompressCommand.Create(),
    BenchCommand.Create(),
    DemoCommand.Create(),
    TestCommand.Create(),
};

// A terminal that closes sends SIGHUP, and Ctrl-C, which the library takes, SIGINT. Both cancel, so that emulators end and their
// folders go: that takes longer than the five seconds that Renode has to quit. What does not heed it in time is ended.
TimeSpan patience = TimeSpan.FromSeconds(10);
using var hangup = new CancellationTokenSource();
using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
{
    signal.Cancel = true;
    hangup.Cancel();
    _ = Task.Delay(patience).ContinueWith(_ => Environment.Exit(128 + 1), TaskScheduler.Default);
});

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience,
    }, hangup.Token);
}
catch (Exception error) when (error is ModelException or BoardException or IOException
    or UnauthorizedAccessException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync($"mcuai: {error.Message}");
    return 1;
}
catch (Exception error) when (Environment.GetEnvironmentVariable("MCUAI_TRACE") is null)
{
    await Console.Error.WriteLineAsync($"mcuai: an error of the tool itself, {error.GetType().Name}: " +
        $"{error.Message} Please report it; MCUAI_TRACE=1 shows where it happened.");
    return 1;
}
