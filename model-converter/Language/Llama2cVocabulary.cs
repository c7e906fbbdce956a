using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tokenizer file of llama2.c: int32 bytes of the longest piece, then for each piece its score (float32), its bytes
/// (int32) and itself. Pieces 0, 1 and 2 are unknown, begin and end, 3 to 258 are the bytes. It does not say how many there
/// are.</summary>
public static class Llama2cVocabulary
{
    private const int Unknown = 0, Begin = 1, End = 2, FirstByte = 3, FirstText = 259;
    private const int MostPieces = 1 << 20;

    /// <exception cref="ModelException">The file cannot be read or is no such tokenizer.</exception>
    public static SentencePieceTokenizer Read(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read ({error.Message}).", error);
        }

        var pieces = new List<Piece>();
        for (int at = 4; at < file.Length;)
        {
            if (file.Length - at < 8 || pieces.Count == MostPieces)
                throw Damaged(path, pieces.Count);
            float score = BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(at));
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            at += 8;
            if (bytes < 0 || bytes > file.Length - at || !float.IsFinite(score))
                throw Damaged(path, pieces.Count);
            pieces.Add(PieceOf(pieces.Count, file[at..(at + bytes)], score, path));
            at += bytes;
        }

        if (pieces.Count < FirstText)
            throw new ModelException($"{path} has {pieces.Count:N0} pieces; a llama2.c tokenizer has at least {FirstText}, 256 of " +
                "them bytes. Give the tokenizer .bin that belongs to the model.");
        return new SentencePieceTokenizer(pieces, Begin, End, Unknown);
    }

    private static Piece PieceOf(int token, byte[] bytes, float score, string path)
    {
        if (token < FirstByte)
            return new Piece(bytes, score, PieceKind.Control);
        if (token >= FirstText)
            return new Piece(bytes, score, PieceKind.Text);
        string text = Encoding.ASCII.GetString(bytes);
        if (text != string.Create(CultureInfo.InvariantCulture, $"<0x{token - FirstByte:X2}>"))
            throw new ModelException($"{path}: piece {token} is '{text}' and not the byte {token - FirstByte}; this is no llama2.c " +
                "tokenizer.");
        return new Piece([(byte)(token - FirstByte)], score, PieceKind.Byte);
    }

    private static ModelException Damaged(string path, int piece) => new(
        $"{path} ends within piece {piece:N0} or is no llama2.c tokenizer; download it again.");
}
