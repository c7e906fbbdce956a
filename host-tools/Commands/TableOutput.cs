using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>Tables on the console; in a pipe or a file, without wrapping cells.</summary>
internal static class TableOutput
{
    private const int PipeWidth = 240;

    public static Table Create(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            var added = new TableColumn(right ? column[1..] : column) { NoWrap = true };
            table.AddColumn(right ? added.RightAligned() : added);
        }

        return table;
    }

    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = PipeWidth;
        AnsiConsole.Write(table);
    }
}
