*** Settings ***
Documentation       The project's apps on an emulated NUCLEO-H753ZI. `./mcuai robot-images --board nucleo-h753zi` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/nucleo-h753zi/expected.resource
Resource            ${CURDIR}/apps.resource
Resource            ${CURDIR}/stm32.resource

*** Variables ***
${BOARD}            nucleo-h753zi
${UART}             sysbus.usart3
@{LEDS}             gpioPortB.greenLed  gpioPortE.yellowLed  gpioPortB.redLed
${BUTTON}           gpioPortC.userButton
${FLASH}            spi1.spiFlash

*** Keywords ***
Clock And Console Should Be Set Up
    Load App                        inference
    Writes Should Be Kept           rcc  0x38000000
    App Should Start
    # RM0433, 8.7 (RCC): 8 MHz / M * N / P, source HSE; AXI has half, and APB1 half of that.
    Field Should Be                 0x58024428  0  2  2
    Field Should Be                 0x58024428  4  6  1
    ${dividers}=                    Word At  0x38000030
    ${clock}=                       Evaluate  8e6 * ((${dividers} & 511) + 1) / ((${dividers} >> 9 & 127) + 1)
    Should Be Equal As Numbers      ${clock}  400e6
    Field Should Be                 0x58024410  3  3  3
    Field Should Be                 0x38000018  8  4  0
    Field Should Be                 0x38000018  0  4  8
    Field Should Be                 0x3800001C  4  3  4
    # RM0433, 6.8 (PWR): the LDO, scale 1; 4.9 (FLASH): the wait states of it and 200 MHz.
    Field Should Be                 0x5802480C  0  3  2
    Field Should Be                 0x58024818  14  2  3
    Field Should Be                 0x52002000  0  6  0x22
    Divider Should Give The Baud Rate   100e6  0x4000480C
    Field Should Be                 0x380000E8  18  1  1
    Pin Should Have Function        0x58020C00  8  7
    Pin Should Have Function        0x58020C00  9  7

Console Should Keep Its Rate Without The PLL
    Load App                        inference
    # The switch to it never comes: 64 MHz, of which APB1 has a quarter.
    Bits Should Never Come          rcc  0x10  0x38
    App Should Start
    Divider Should Give The Baud Rate   16e6  0x4000480C

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

A Story Is Told From The Flash Chip
    Story Should Be Told From The Flash Chip

A Damaged Flash Chip Is Noticed
    Damaged Flash Chip Should Be Noticed

The Clock And The Console Are Set Up
    Clock And Console Should Be Set Up

The Console Keeps Its Rate Without The PLL
    Console Should Keep Its Rate Without The PLL
