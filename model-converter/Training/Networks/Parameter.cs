using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>What training changes.</summary>
/// <param name="Name">Unique within a network.</param>
/// <param name="Value">Its tensor.</param>
/// <param name="Decays">Whether weight decay applies: to weights, but not to biases, normalization and scales.</param>
public sealed record Parameter<T>(string Name, Tensor<T> Value, bool Decays)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
