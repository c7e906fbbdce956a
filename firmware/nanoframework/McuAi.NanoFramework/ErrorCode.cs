namespace McuAi.NanoFramework
{
    /// <summary>Why a pack could not be opened or run: <see cref="McuAiException.Code"/>. Negative codes down to
    /// <see cref="Context"/> are those of the C core (mcuai_status).</summary>
    public enum ErrorCode
    {
        /// <summary>An argument is null or out of range.</summary>
        Argument = -1,

        /// <summary>The bytes do not begin with TSK1.</summary>
        NotAPack = -2,

        /// <summary>The pack is too new: it was made for a later runtime.</summary>
        Version = -3,

        /// <summary>The pack is shorter than its header says.</summary>
        Truncated = -4,

        /// <summary>The manifest is damaged: its checksum, an offset or a count.</summary>
        Manifest = -5,

        /// <summary>A tensor has a wrong type, size or place.</summary>
        Tensor = -6,

        /// <summary>An operator does not fit its tensors.</summary>
        Operator = -7,

        /// <summary>An operator is not in this image.</summary>
        UnknownOperator = -8,

        /// <summary>The arena is smaller than the pack needs.</summary>
        Arena = -9,

        /// <summary>A shard is damaged: its checksum does not match, also when it is read again.</summary>
        Shard = -10,

        /// <summary>The pack could not be read from where it is, or nothing is there.</summary>
        Read = -11,

        /// <summary>The cache is smaller than the shards that one operator needs at once.</summary>
        Cache = -12,

        /// <summary>The tables of the audio front end are damaged.</summary>
        FrontEnd = -13,

        /// <summary>Fewer audio frames have come than a window has.</summary>
        NotReady = -14,

        /// <summary>The pack is no anomaly detector, or its tables are damaged.</summary>
        Detector = -15,

        /// <summary>The pack is no keyword spotter, or its settings are damaged.</summary>
        Spotter = -16,

        /// <summary>The pack has no tokenizer, or it is damaged.</summary>
        Tokenizer = -17,

        /// <summary>A buffer is too small for the text.</summary>
        Buffer = -18,

        /// <summary>The pack is no language model.</summary>
        Language = -19,

        /// <summary>More tokens than the language model's context has left.</summary>
        Context = -20,

        /// <summary>The pack is too large: memory for its manifest, arena, state or cache is not there.</summary>
        TooLarge = -100,
    }
}
