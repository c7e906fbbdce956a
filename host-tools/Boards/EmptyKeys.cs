using System.Collections;
using System.Reflection;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace McuAi.HostTools.Boards;

/// <summary>Keys of a board's file with nothing behind them. YAML reads such a key as null, which the classes of a board
/// allow only where they say so.</summary>
internal static class EmptyKeys
{
    private static readonly INamingConvention Naming = UnderscoredNamingConvention.Instance;

    private static readonly string Space = typeof(Board).Namespace!;

    /// <summary>What is wrong with the first of them, as key and reason; null where nothing is.</summary>
    public static string? Complaint(Board board) => Complaint(board, "");

    private static string? Complaint(object part, string place)
    {
        var nullability = new NullabilityInfoContext();
        foreach (PropertyInfo property in part.GetType().GetProperties().Where(property => property.CanWrite))
        {
            string key = place + Naming.Apply(property.Name);
            object? value = property.GetValue(part);
            if (value is "" || (value is null && nullability.Create(property).WriteState == NullabilityState.NotNull))
                return $"{key}: is empty";
            if (value is IList list && list.Cast<object?>().Any(item => item is null or ""))
                return $"{key}: has an empty item";
            string? complaint = value is not null && property.PropertyType.Namespace == Space ? Complaint(value, key + ".") : null;
            if (complaint is not null)
                return complaint;
        }

        return null;
    }
}
