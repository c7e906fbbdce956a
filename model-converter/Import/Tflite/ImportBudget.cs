using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Bounds the memory that a file can make the importer take. A small file can name the same table or data any
/// number of times, so the sum is limited to a multiple of the file's size that no honest model comes near.</summary>
internal sealed class ImportBudget(long fileBytes)
{
    private long _left = (32 * fileBytes) + (256 * 1024);

    public void Charge(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
        {
            throw new ModelException(
                $"The .tflite file describes far more than its {fileBytes} bytes can hold; it is damaged or made to "
                + "exhaust memory. Fetch or convert the model again.");
        }
    }
}
