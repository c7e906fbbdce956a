*** Settings ***
Documentation       The project's apps on an emulated NUCLEO-H753ZI. `./mcuai robot-images --board nucleo-h753zi` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/nucleo-h753zi/expected.resource
Resource            ${CURDIR}/apps.resource

*** Variables ***
${BOARD}            nucleo-h753zi
${UART}             sysbus.usart3
@{LEDS}             gpioPortB.greenLed  gpioPortE.yellowLed  gpioPortB.redLed
${BUTTON}           gpioPortC.userButton
${FLASH}            spi1.spiFlash

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
