using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Which part of a sequence x [N,T,I], or [T,N,I], a recurrent layer reads in each step.</summary>
internal readonly struct RecurrentSteps
{
    private readonly bool timeMajor;

    public RecurrentSteps(Node node, bool timeMajor)
    {
        int[] shape = node.Input(0).Shape;
        this.timeMajor = timeMajor;
        Time = timeMajor ? shape[0] : shape[1];
        Batch = timeMajor ? shape[1] : shape[0];
        Width = shape[2];
    }

    public int Time { get; }

    public int Batch { get; }

    public int Width { get; }

    public int Row(int t, int n) => timeMajor ? (t * Batch) + n : (n * Time) + t;

    public int Input(int t, int n) => Row(t, n) * Width;
}
