*** Settings ***
Documentation       The project's apps on an emulated ESP32-C3-DevKitM-1. `./mcuai robot-images --board esp32-c3` builds what
...                 they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/esp32-c3/expected.resource
Resource            ${CURDIR}/apps.resource

*** Variables ***
${BOARD}            esp32-c3
${UART}             sysbus.uart0
${BUTTON}           gpio.bootButton

*** Keywords ***
Number Of
    [Arguments]                     ${command}
    ${text}=                        Execute Command  ${command}
    ${number}=                      Evaluate  int($text, 16)
    RETURN                          ${number}

# In the place of the resource's: the one LED's red, green and blue are LEDs 0 to 2, and there is no LED 3.
Only This Should Be Lit
    [Arguments]                     ${lit}
    FOR  ${number}  ${colour}  IN ENUMERATE  Red  Green  Blue
        ${value}=                   Number Of  gpio.rgbLed ${colour}
        ${expected}=                Evaluate  32 if ${number} == ${lit} else 0
        Should Be Equal As Integers     ${value}  ${expected}
    END

Boot ROM Should Start The Image
    Load App                        inference
    # The words of a direct boot, and the instruction that it jumps to behind them.
    FOR  ${address}  IN  0x42000000  0x42000004  0x3C000000
        ${word}=                    Number Of  sysbus ReadDoubleWord ${address}
        Should Be Equal As Integers     ${word}  ${{0xAEDB041D}}
    END
    ${pc}=                          Number Of  cpu PC
    Should Be Equal As Integers     ${pc}  ${{0x42000008}}

Clock And Console Should Be Set Up
    Load App                        inference
    Start Emulation
    Line Should Come                mcuai arena \\d+
    ${clock}=                       Number Of  cpu ClockHz
    Should Be Equal As Integers     ${clock}  160000000
    ${baud}=                        Number Of  uart0 BaudRate
    # Within a tenth of a percent.
    Should Be True                  abs(${baud} - 115200) < 115

# A touch too short to be seen wakes the CPU, and the hook, which is behind its look at the button, presses. One instruction
# a quantum: else the interrupt would come in the sleep. No later interrupt ends it.
Press After The Look Should Not Be Lost
    Load App                        story
    Start Emulation
    Pieces Should Be Told           @{STORY_PIECES}
    Should Not Be On Uart           mcuai text  timeout=0.3
    Execute Command                 pause
    ${ticks}=                       Address Of  mcuai_port_ticks
    Execute Command                 cpu AddHook ${ticks} "machine['sysbus.gpio.bootButton'].Press()"
    Execute Command                 cpu PerformanceInMips 1
    Execute Command                 emulation SetGlobalQuantum "0.000001"
    Execute Command                 ${BUTTON} Press
    Execute Command                 ${BUTTON} Release
    Time Should Pass                0.001
    Execute Command                 cpu RemoveHooksAt ${ticks}
    Execute Command                 cpu PerformanceInMips 1000
    Execute Command                 emulation SetGlobalQuantum "0.0001"
    Pieces Should Be Told           @{STORY_PIECES}

Watchdogs Should Bite Only A Stuck Image
    Create Log Tester               0
    Load App                        inference
    Start Emulation
    App Should End Well
    Execute Command                 emulation RunFor "5"
    Should Not Be In Log            resets the machine
    # An instruction that jumps to itself, in the place of the first.
    Execute Command                 machine Reset
    Execute Command                 sysbus WriteDoubleWord 0x42000008 0x0000006F
    Execute Command                 emulation RunFor "1"
    Wait For Log Entry              The watchdog MWDT was not stopped or fed in time and resets the machine

*** Test Cases ***
Inference Gives The Bytes Of The Host
    Inference Should Give The Bytes Of The Host

A Story Is Told As On The Host
    Story Should Be Told As On The Host

Keywords Are Heard In A Recording And Light LEDs
    Keywords Should Be Heard And Light LEDs

A Machine's Vibration Is Judged As On The Host
    Vibration Should Be Judged As On The Host

A Pack With Damaged Weights Is Refused
    Damaged Weights Should Be Refused

A Pack With A Damaged Manifest Is Refused
    Damaged Manifest Should Be Refused

The Button Stops And Starts Listening
    Button Should Stop And Start Listening

The Button Has Another Story Told
    Button Should Have Another Story Told

A Press Between The Look And The Sleep Is Not Lost
    Press After The Look Should Not Be Lost

The Boot ROM Would Start The Image
    Boot ROM Should Start The Image

The Clock And The Console Are Set Up
    Clock And Console Should Be Set Up

The Watchdogs Do Not Bite A Running Image And Bite A Stuck One
    Watchdogs Should Bite Only A Stuck Image
