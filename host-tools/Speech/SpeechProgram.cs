using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Speech;

/// <summary>A text-to-speech program that ends by itself.</summary>
internal static class SpeechProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What the program writes to its standard output, given some text on its standard input.</summary>
    public static async Task<byte[]> RunAsync(string program, IEnumerable<string> arguments, string input,
        CancellationToken cancellation)
    {
        using Process process = Start(program, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            Task<string> complaint = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteAsync(process, input).ConfigureAwait(false);
            var output = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            string words = (await complaint.ConfigureAwait(false)).ReplaceLineEndings(" ").Trim();
            return process.ExitCode == 0
                ? output.ToArray()
                : throw new ModelException($"{program} failed on '{input}' with status {process.ExitCode} ({words}); " +
                    $"run `{program} {string.Join(' ', process.StartInfo.ArgumentList)}` to see why.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ModelException($"{program} did not end within {Patience.TotalSeconds} seconds on '{input}'; " +
                "spell the word otherwise.");
        }
        finally
        {
            if (!process.HasExited)
                End(process);
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new ModelException($"{program} is not installed; on Debian and Ubuntu run `sudo apt-get install -y " +
                "espeak-ng flite`.", error);
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program does not read its input.
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It had ended.
        }
    }
}
