using System;

namespace McuAi.NanoFramework
{
    /// <summary>A pack could not be opened or run. The message says what happened and what to do, the code is for programs. This
    /// is the only exception that a pack can cause, whatever its bytes are.</summary>
    public class McuAiException : Exception
    {
        private readonly ErrorCode _code;

        /// <param name="code">What happened.</param>
        /// <param name="message">The same as a sentence.</param>
        public McuAiException(ErrorCode code, string message)
            : base(message)
        {
            _code = code;
        }

        /// <summary>What happened.</summary>
        public ErrorCode Code
        {
            get { return _code; }
        }

        /// <summary>The value, where it is no error.</summary>
        /// <exception cref="McuAiException">It is one: a negative status of the core.</exception>
        internal static int Check(int status)
        {
            if (status < 0)
            {
                throw new McuAiException((ErrorCode)status, CoreText.Of(status));
            }

            return status;
        }

        internal static McuAiException TooLarge(string what, int bytes)
        {
            return new McuAiException(
                ErrorCode.TooLarge,
                "there is no memory for " + what + ": " + ((uint)bytes).ToString() + " bytes; use a smaller pack, or map or stream it");
        }
    }
}
