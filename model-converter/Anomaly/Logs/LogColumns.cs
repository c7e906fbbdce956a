using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>The columns of a log while its lines come in.</summary>
internal sealed class LogColumns
{
    private enum Role { Sensor, Time, Label, Ignored }

    private readonly string _path;
    private readonly SensorLogOptions _options;
    private readonly Role[] _roles;
    private readonly string[] _names;
    private readonly List<float>[] _values;
    private readonly List<DateTime> _times = [];
    private readonly List<bool> _labels = [];
    private readonly Dictionary<int, int> _held = [];
    private int _dropped;

    /// <param name="header">Null: the columns have no names.</param>
    /// <param name="first">The first row of numbers, which tells the column of times.</param>
    public LogColumns(string[]? header, string[] first, SensorLogOptions options, string path)
    {
        (_path, _options) = (path, options);
        _names = header ?? [.. first.Select((_, i) => $"column {i + 1}")];
        _roles = [.. _names.Select((name, i) => RoleOf(name, i < first.Length ? first[i] : ""))];
        // One column of times counts.
        for (int i = 0, times = 0; i < _roles.Length; i++)
            if (_roles[i] == Role.Time && times++ > 0)
                _roles[i] = Role.Ignored;
        if (!_roles.Contains(Role.Sensor))
            throw new ModelException($"{path} has no column of numbers ({string.Join(", ", _names)}); give a log of sensors.");
        _values = [.. _names.Select(_ => new List<float>())];
    }

    public void Add(string[] cells, int line)
    {
        string where = $"{_path}, line {line}";
        if (cells.Length != _names.Length)
            throw new ModelException($"{where} has {cells.Length} cells, the first line {_names.Length}; mend or remove it.");
        int[] missing = [.. Enumerable.Range(0, cells.Length).Where(i => _roles[i] == Role.Sensor && LogCell.IsMissing(cells[i]))];
        if (missing.Length > 0 && _options.Missing == MissingValues.Refuse)
            throw new ModelException($"{where}: {_names[missing[0]]} has no value ('{cells[missing[0]]}'); fill it, or give " +
                "--missing hold or drop.");
        if (missing.Length > 0 && _options.Missing == MissingValues.Drop)
        {
            _dropped++;
            return;
        }

        for (int i = 0; i < cells.Length; i++)
            AddCell(i, cells[i], where);
    }

    public SensorLog Log()
    {
        int[] sensors = [.. Enumerable.Range(0, _roles.Length).Where(i => _roles[i] == Role.Sensor)];
        foreach (int sensor in sensors)
            FillBeginning(_values[sensor], _names[sensor]);
        if (_values[sensors[0]].Count == 0)
            throw new ModelException($"{_path}: every row lacks a value; mend the log, or give --missing hold.");
        return new SensorLog(Path.GetFileName(_path), [.. sensors.Select(i => _names[i])],
            [.. sensors.Select(i => _values[i].ToArray())])
        {
            Times = _times.Count > 0 ? [.. _times] : null,
            Labels = _labels.Count > 0 ? [.. _labels] : null,
            Warnings = [.. Warnings()],
        };
    }

    private Role RoleOf(string name, string cell)
    {
        if (name.Equals(_options.LabelColumn, StringComparison.OrdinalIgnoreCase))
            return Role.Label;
        if (_options.Ignored.Contains(name, StringComparer.OrdinalIgnoreCase))
            return Role.Ignored;
        return LogCell.IsTime(cell) ? Role.Time : Role.Sensor;
    }

    private void AddCell(int column, string cell, string where)
    {
        switch (_roles[column])
        {
            case Role.Time:
                _times.Add(LogCell.TryTime(cell, out DateTime time) ? time : throw new ModelException(
                    $"{where}: '{Shorten(cell)}' in {_names[column]} is no time; write it as 2026-01-31 13:30:00."));
                break;
            case Role.Label:
                _labels.Add(LogCell.TryNumber(cell, out float label) ? label != 0 : throw new ModelException(
                    $"{where}: '{Shorten(cell)}' in {_names[column]} is no label; write 0 or 1."));
                break;
            case Role.Sensor when LogCell.IsMissing(cell):
                _held[column] = _held.GetValueOrDefault(column) + 1;
                _values[column].Add(_values[column].Count > 0 ? _values[column][^1] : float.NaN);
                break;
            case Role.Sensor:
                _values[column].Add(LogCell.TryNumber(cell, out float value) ? value : throw new ModelException(
                    $"{where}: '{Shorten(cell)}' in {_names[column]} is not a number; leave the column out with --ignore."));
                break;
        }
    }

    private void FillBeginning(List<float> values, string name)
    {
        int first = values.FindIndex(float.IsFinite);
        if (first < 0 && values.Count > 0)
            throw new ModelException($"{_path}: {name} has no value at all; leave it out with --ignore.");
        for (int i = 0; i < first; i++)
            values[i] = values[first];
    }

    private IEnumerable<string> Warnings()
    {
        foreach ((int column, int count) in _held)
            yield return $"{_path}: {count:N0} missing values of {_names[column]} were filled with the value before";
        if (_dropped > 0)
            yield return $"{_path}: {_dropped:N0} rows with missing values were left out";
        if (_times.Count < 3)
            yield break;
        // Rows count as equally spaced, so that a log with gaps should be cut there.
        double[] steps = [.. _times.Zip(_times.Skip(1), (a, b) => (b - a).TotalSeconds)];
        double usual = steps.Order().ElementAt(steps.Length / 2);
        int gaps = steps.Count(step => step > 10 * usual), backwards = steps.Count(step => step < 0);
        if (gaps > 0)
            yield return $"{_path}: {gaps:N0} gaps of more than ten times the usual {usual:0.###} s; rows count as equally spaced";
        if (backwards > 0)
            yield return $"{_path}: time goes backwards {backwards:N0} times; rows are taken in the order of the file";
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
