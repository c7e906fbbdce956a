using System.Globalization;
using System.Text;

namespace McuAi.HostTools.RobotTests;

/// <summary>Variables as a resource file of Robot Framework declares them (its User Guide, "Variable section").</summary>
internal sealed class RobotVariables
{
    // Four spaces, as the guide advises; two in an item would end it.
    private const string Separator = "    ", Continuation = "...";

    private readonly StringBuilder text = new("*** Variables ***\n");

    /// <param name="name">Without the sign of a list.</param>
    /// <param name="items">One a line. An empty one is written as the variable ${EMPTY}.</param>
    public void Add(string name, IEnumerable<string> items)
    {
        text.Append("@{").Append(name).Append("}\n");
        foreach (string item in items)
        {
            text.Append(Continuation).Append(Separator).Append(item.Length == 0 ? "${EMPTY}" : item).Append('\n');
        }
    }

    /// <param name="name">Without the signs of a variable.</param>
    public void Add(string name, int number) =>
        text.Append(CultureInfo.InvariantCulture, $"${{{name}}}{Separator}{number}\n");

    public override string ToString() => text.ToString();
}
