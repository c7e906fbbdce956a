using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Changes a graph while knowing who writes and who reads each tensor. Nodes may be added in any order:
/// <see cref="Commit"/> drops what no output needs and sorts the rest.</summary>
internal sealed class GraphEditor
{
    private readonly ModelGraph graph;
    private readonly Dictionary<Tensor, Node> producers = [];
    private readonly Dictionary<Tensor, List<Node>> consumers = [];
    private readonly Dictionary<Node, double> places = [];

    public GraphEditor(ModelGraph graph)
    {
        this.graph = graph;
        foreach (Node node in graph.Nodes)
            Add(node, places.Count);
    }

    /// <summary>The nodes of now; the graph may be changed while going through them.</summary>
    public Node[] Nodes => [.. places.OrderBy(entry => entry.Value).Select(entry => entry.Key)];

    public bool Contains(Node node) => places.ContainsKey(node);

    public Node? Producer(Tensor? tensor) => tensor is null ? null : producers.GetValueOrDefault(tensor);

    /// <summary>The node that writes <paramref name="tensor"/>, if it is of <paramref name="kind"/>.</summary>
    public Node? Producer(Tensor? tensor, OperatorKind kind) =>
        Producer(tensor) is { } node && node.Kind == kind ? node : null;

    /// <summary>A node appears once for each input that reads the tensor.</summary>
    public Node[] Consumers(Tensor tensor) => consumers.TryGetValue(tensor, out List<Node>? list) ? [.. list] : [];

    public bool IsOutput(Tensor tensor) => graph.Outputs.Contains(tensor);

    /// <summary>The only reader of a tensor that is no output of the graph, or null.</summary>
    public Node? OnlyConsumer(Tensor tensor) =>
        consumers.TryGetValue(tensor, out List<Node>? list) && list.Count == 1 && !IsOutput(tensor) ? list[0] : null;

    /// <summary>Adds a node that belongs near another one in the order of execution.</summary>
    public void Add(Node node, Node near) => Add(node, places[near]);

    public void Remove(Node node)
    {
        foreach (Tensor output in node.Outputs)
        {
            if (producers.GetValueOrDefault(output) == node)
                producers.Remove(output);
        }

        foreach (Tensor? input in node.Inputs)
            Forget(node, input);

        places.Remove(node);
    }

    public void SetInput(Node node, int index, Tensor? tensor)
    {
        Forget(node, node.Inputs[index]);
        node.Inputs[index] = tensor;
        Remember(node, tensor);
    }

    public void AddInput(Node node, Tensor tensor)
    {
        node.Inputs.Add(tensor);
        Remember(node, tensor);
    }

    public void SetOutput(Node node, int index, Tensor tensor)
    {
        if (producers.GetValueOrDefault(node.Outputs[index]) == node)
            producers.Remove(node.Outputs[index]);

        node.Outputs[index] = tensor;
        producers[tensor] = node;
    }

    /// <summary>Lets every reader of one tensor read another, the graph's outputs too.</summary>
    public void ReplaceUses(Tensor old, Tensor replacement)
    {
        foreach (Node consumer in Consumers(old))
        {
            int index = consumer.Inputs.IndexOf(old);
            if (index >= 0)
                SetInput(consumer, index, replacement);
        }

        ReplaceOutput(old, replacement);
    }

    /// <summary>Lets another tensor be the output of the graph that one is.</summary>
    public void ReplaceOutput(Tensor old, Tensor replacement)
    {
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            if (graph.Outputs[i] == old)
                graph.Outputs[i] = replacement;
        }
    }

    /// <summary>True if <paramref name="tensor"/> may stand for another output of the graph: it is computed and is no
    /// output yet.</summary>
    public bool CanBeOutput(Tensor tensor) => producers.ContainsKey(tensor) && !IsOutput(tensor);

    public void Commit()
    {
        HashSet<Node> needed = Needed();
        var waiting = new Dictionary<Node, int>();
        var ready = new PriorityQueue<Node, double>();
        foreach (Node node in needed)
        {
            int inputs = node.Inputs.Count(input => Producer(input) is not null);
            waiting[node] = inputs;
            if (inputs == 0)
                ready.Enqueue(node, places[node]);
        }

        graph.Nodes.Clear();
        while (ready.TryDequeue(out Node? node, out _))
        {
            graph.Nodes.Add(node);
            foreach (Node consumer in node.Outputs.SelectMany(Consumers))
            {
                if (waiting.ContainsKey(consumer) && --waiting[consumer] == 0)
                    ready.Enqueue(consumer, places[consumer]);
            }
        }

        if (graph.Nodes.Count != needed.Count)
            throw new ModelException("The model's operators depend on each other in a circle.");
    }

    private HashSet<Node> Needed()
    {
        var needed = new HashSet<Node>();
        var open = new Stack<Tensor>(graph.Outputs);
        while (open.TryPop(out Tensor? tensor))
        {
            if (Producer(tensor) is not { } node || !needed.Add(node))
                continue;

            foreach (Tensor? input in node.Inputs)
            {
                if (input is not null)
                    open.Push(input);
            }
        }

        return needed;
    }

    private void Add(Node node, double place)
    {
        places[node] = place;
        foreach (Tensor output in node.Outputs)
            producers[output] = node;

        foreach (Tensor? input in node.Inputs)
            Remember(node, input);
    }

    private void Remember(Node node, Tensor? tensor)
    {
        if (tensor is null)
            return;

        if (!consumers.TryGetValue(tensor, out List<Node>? list))
            consumers[tensor] = list = [];

        list.Add(node);
    }

    private void Forget(Node node, Tensor? tensor)
    {
        if (tensor is not null && consumers.TryGetValue(tensor, out List<Node>? list))
            list.Remove(node);
    }
}
