*** Settings ***
Documentation       The project's apps on an emulated ESP32-C3-DevKitM-1. `./mcuai robot-images --board esp32-c3` builds what
...                 they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/esp32-c3/expected.resource

*** Variables ***
${SCRIPT}           ${CURDIR}/esp32-c3.resc
${IMAGES}           ${CURDIR}/images/esp32-c3
${UART}             sysbus.uart0
# Seconds of virtual time. The longest of these runs takes less than two.
${PATIENCE}         10

*** Keywords ***
Load App
    [Arguments]                     ${app}
    Execute Command                 $bin=@${IMAGES}/${app}/image.elf
    Execute Command                 $inputs=@${IMAGES}/${app}/inputs.bin
    Execute Command                 include @${SCRIPT}
    Create Terminal Tester          ${UART}  timeout=${PATIENCE}  defaultPauseEmulation=true

Number Of
    [Arguments]                     ${command}
    ${text}=                        Execute Command  ${command}
    ${number}=                      Evaluate  int($text, 16)
    RETURN                          ${number}

Address Of
    [Arguments]                     ${symbol}
    ${address}=                     Number Of  sysbus GetSymbolAddress "${symbol}"
    RETURN                          ${address}

Flip Byte
    [Arguments]                     ${address}
    ${byte}=                        Number Of  sysbus ReadByte ${address}
    ${flipped}=                     Evaluate  ${byte} ^ 0xFF
    Execute Command                 sysbus WriteByte ${address} ${flipped}

Line Should Come
    [Arguments]                     ${pattern}
    Wait For Line On Uart           ^${pattern}\\s*$  treatAsRegex=true

# The one LED's red, green and blue are LEDs 0 to 2; there is no LED 3.
Only This Should Be Lit
    [Arguments]                     ${lit}
    FOR  ${number}  ${colour}  IN ENUMERATE  Red  Green  Blue
        ${value}=                   Number Of  gpio.rgbLed ${colour}
        ${expected}=                Evaluate  32 if ${number} == ${lit} else 0
        Should Be Equal As Integers     ${value}  ${expected}
    END

App Should End Well
    Line Should Come                mcuai status 0 ok
    Line Should Come                mcuai done

*** Test Cases ***
Inference Gives The Bytes Of The Host
    Load App                        inference
    Start Emulation
    FOR  ${output}  IN  @{INFERENCE_OUTPUTS}
        Line Should Come            mcuai output ${output}
    END
    App Should End Well

A Story Is Told As On The Host
    Load App                        story
    Start Emulation
    FOR  ${piece}  IN  @{STORY_PIECES}
        Line Should Come            mcuai text ${piece}
    END
    App Should End Well

Keywords Are Heard In A Recording And Light LEDs
    Load App                        keywords
    Start Emulation
    FOR  ${event}  ${lit}  IN ZIP  ${KEYWORD_EVENTS}  ${KEYWORD_LEDS}
        Line Should Come            mcuai event ${event}
        Only This Should Be Lit     ${lit}
    END
    App Should End Well

A Pack With Damaged Weights Is Refused
    Load App                        inference
    ${begin}=                       Address Of  mcuai_pack_begin
    ${end}=                         Address Of  mcuai_pack_end
    # The weights are the pack's end, and most of it.
    ${middle}=                      Evaluate  (${begin} + ${end}) // 2
    Flip Byte                       ${middle}
    Start Emulation
    Line Should Come                mcuai status -10 a shard of the pack is damaged: its checksum does not match
    Line Should Come                mcuai done

A Pack With A Damaged Manifest Is Refused
    Load App                        inference
    ${begin}=                       Address Of  mcuai_pack_begin
    # Behind the header of 64 bytes.
    ${manifest}=                    Evaluate  ${begin} + 80
    Flip Byte                       ${manifest}
    Start Emulation
    Line Should Come                mcuai status -5 the pack's manifest is damaged
    Line Should Come                mcuai done

The Boot ROM Would Start The Image
    Load App                        inference
    # The words of a direct boot, and the instruction that it jumps to behind them.
    FOR  ${address}  IN  0x42000000  0x42000004  0x3C000000
        ${word}=                    Number Of  sysbus ReadDoubleWord ${address}
        Should Be Equal As Integers     ${word}  ${{0xAEDB041D}}
    END
    ${pc}=                          Number Of  cpu PC
    Should Be Equal As Integers     ${pc}  ${{0x42000008}}

The Clock And The Console Are Set Up
    Load App                        inference
    Start Emulation
    Line Should Come                mcuai arena \\d+
    ${clock}=                       Number Of  cpu ClockHz
    Should Be Equal As Integers     ${clock}  160000000
    ${baud}=                        Number Of  uart0 BaudRate
    # Within a tenth of a percent.
    Should Be True                  abs(${baud} - 115200) < 115

The Watchdogs Do Not Bite A Running Image And Bite A Stuck One
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

The Button Is Read At Its Pin
    Load App                        inference
    ${up}=                          Number Of  sysbus ReadDoubleWord 0x6000403C
    Execute Command                 gpio.bootButton Press
    # The edge comes in virtual time.
    Execute Command                 emulation RunFor "0.0001"
    ${down}=                        Number Of  sysbus ReadDoubleWord 0x6000403C
    # GPIO9 is low when pressed.
    ${pin}=                         Evaluate  (${up} >> 9 & 1, ${down} >> 9 & 1, (${up} ^ ${down}) >> 9)
    Should Be Equal                 ${pin}  ${{(1, 0, 1)}}

The Button Wakes The CPU
    Load App                        inference
    Start Emulation
    App Should End Well
    Execute Command                 emulation RunFor "0.01"
    ${asleep}=                      Number Of  cpu ExecutedInstructions
    Execute Command                 emulation RunFor "0.01"
    ${still}=                       Number Of  cpu ExecutedInstructions
    Should Be Equal As Integers     ${still}  ${asleep}
    FOR  ${action}  IN  Press  Release
        ${before}=                  Number Of  cpu ExecutedInstructions
        Execute Command             gpio.bootButton ${action}
        Execute Command             emulation RunFor "0.01"
        ${after}=                   Number Of  cpu ExecutedInstructions
        # The interrupt, and back to sleep.
        Should Be True              20 < ${after} - ${before} < 500
    END
