*** Settings ***
Documentation       The project's apps on an emulated NUCLEO-WBA52CG. `./mcuai robot-images --board nucleo-wba52cg` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/nucleo-wba52cg/expected.resource
Resource            ${CURDIR}/apps.resource
Resource            ${CURDIR}/stm32.resource

*** Variables ***
${BOARD}            nucleo-wba52cg
${UART}             sysbus.usart1
@{LEDS}             gpioPortB.blueLed  gpioPortB.greenLed  gpioPortB.redLed
${BUTTON}           gpioPortC.userButton

*** Keywords ***
Clock And Console Should Be Set Up
    Load App                        inference
    App Should Start
    # RM0493, chapters RCC, PWR, FLASH: 32 MHz / M * N / R, source HSE, not halved; the buses have all of it.
    ${pll}=                         Word At  0x46020C28
    ${dividers}=                    Word At  0x46020C34
    ${input}=                       Evaluate  32e6 / ((${pll} >> 8 & 7) + 1)
    ${clock}=                       Evaluate  ${input} * ((${dividers} & 511) + 1) / ((${dividers} >> 24 & 127) + 1)
    Should Be Equal As Numbers      ${clock}  100e6
    Field Should Be                 0x46020C28  0  2  3
    Field Should Be                 0x46020C28  20  1  0
    Field Should Be                 0x46020C1C  2  2  3
    Field Should Be                 0x46020C20  0  12  0
    Field Should Be                 0x4602080C  16  1  1
    Field Should Be                 0x40022000  0  4  3
    Divider Should Give The Baud Rate   100e6  0x4001380C
    Field Should Be                 0x46020CA4  14  1  1
    Pin Should Have Function        0x42020400  12  7
    Pin Should Have Function        0x42020000  8  7

Console Should Keep Its Rate At Half The Clock
    Load App                        inference
    # The divider by 2 behind the PLL stays.
    Bits Should Never Come          rcc  0x28  0x400000
    App Should Start
    Divider Should Give The Baud Rate   50e6  0x4001380C

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

The Clock And The Console Are Set Up
    Clock And Console Should Be Set Up

The Console Keeps Its Rate At Half The Clock
    Console Should Keep Its Rate At Half The Clock
