[assembly: System.Reflection.AssemblyVersion("1.11.37.0")]

namespace nanoFramework.Runtime.Events
{
    public class BaseEvent
    {
        public ushort Source;
        public byte Message;
    }
}
