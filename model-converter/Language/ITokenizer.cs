namespace McuAi.ModelConverter.Language;

/// <summary>Text as the numbers that a language model knows, and back.</summary>
public interface ITokenizer
{
    /// <summary>Tokens of the vocabulary.</summary>
    int Count { get; }

    /// <summary>The token with which a text begins.</summary>
    int Begin { get; }

    /// <summary>The token with which a text ends.</summary>
    int End { get; }

    /// <summary>The tokens of a text, <see cref="Begin"/> not among them; none of an empty text.</summary>
    int[] Encode(string text);

    /// <summary>What a token adds to the text, in UTF-8; a character may come in several tokens.
    /// Nothing of tokens beyond the vocabulary: models may have more than their tokenizers.</summary>
    /// <param name="before">The token before it: some tokenizers put a space before the first word.</param>
    ReadOnlyMemory<byte> Decode(int token, int before);
}
