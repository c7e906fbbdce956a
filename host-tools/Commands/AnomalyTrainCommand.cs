using System.CommandLine;
namespace McuAi.HostTools.Commands;
internal static class AnomalyTrainCommand { public static Command Create() => new("train", ""); }
internal static class AnomalyEvalCommand { public static Command Create() => new("eval", ""); }
