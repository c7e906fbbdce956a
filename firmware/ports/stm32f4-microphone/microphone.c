/* The MP45DT02 of the Discovery board: I2S2 clocks its bits, DMA stores them, and the DMA's
 * interrupt makes samples of them every 2 ms and wakes the CPU (RM0090: RCC 7.3, DMA 10.5, SPI and
 * I2S 28.5; UM1472, 6.4). */
#include "pdm/decimator.h"
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define RCC_CR         REGISTER(0x40023800)
#define RCC_AHB1ENR    REGISTER(0x40023830)
#define RCC_APB1ENR    REGISTER(0x40023840)
#define RCC_PLLI2SCFGR REGISTER(0x40023884)
#define GPIOB_MODER    REGISTER(0x40020400)
#define GPIOB_AFRH     REGISTER(0x40020424)
#define GPIOC_MODER    REGISTER(0x40020800)
#define GPIOC_AFRL     REGISTER(0x40020820)
#define SPI2_CR2       REGISTER(0x40003804)
#define SPI2_DR        0x4000380Cu
#define SPI2_I2SCFGR   REGISTER(0x4000381C)
#define SPI2_I2SPR     REGISTER(0x40003820)
#define DMA1_LISR      REGISTER(0x40026000)
#define DMA1_LIFCR     REGISTER(0x40026008)
#define DMA1_S3CR      REGISTER(0x40026058)
#define DMA1_S3NDTR    REGISTER(0x4002605C)
#define DMA1_S3PAR     REGISTER(0x40026060)
#define DMA1_S3M0AR    REGISTER(0x40026064)
#define NVIC_ISER0     REGISTER(0xE000E100)

#define CR_HSERDY        (1u << 17)
#define CR_PLLI2SON      (1u << 26)
#define CR_PLLI2SRDY     (1u << 27)
#define AHB1ENR_B_C_DMA1 (1u << 1 | 1u << 2 | 1u << 21)
#define APB1ENR_SPI2     (1u << 14)

/* 1 MHz * N 256 / R 5 = 51.2 MHz; / (2 * 25) = 1.024 MHz, of the 1 to 3.25 MHz that the microphone
 * takes */
#define PLLI2S_51_2_MHZ (256u << 6 | 5u << 28)
#define I2SPR_50        25u
/* I2S, master that receives, 16 of 16 bits a channel: the bits of the microphone come without gaps.
 * Alignment and clock polarity are those of ST's own firmware for the board. */
#define I2SCFGR_RECEIVE (1u << 11 | 3u << 8 | 2u << 4 | 1u << 3)
#define I2SCFGR_ENABLE  (1u << 10)
#define CR2_RXDMAEN     1u

/* DMA1 stream 3, channel 0: SPI2_RX. 16 bits from the peripheral to memory, round and round, an
 * interrupt at each half */
#define S3CR_CIRCLE  (2u << 16 | 1u << 13 | 1u << 11 | 1u << 10 | 1u << 8 | 1u << 4 | 1u << 3)
#define S3CR_ENABLE  1u
#define LISR_S3_HALF (1u << 26)
#define LIFCR_S3     (0x3Du << 22)
#define DMA1_STREAM3 14
#define MOST_POLLS   20000u
#define PDM_HZ       1024000u
#define HALF_WORDS   128u /* 2 ms */
#define HALF_SAMPLES (HALF_WORDS / 4)
#define RING         4096u /* samples, a power of two: the longest inference, and more */

void mcuai_stm32f4_dma1_stream3(void);

static uint16_t bits[2 * HALF_WORDS];
static pdm_decimator decimator;
static int16_t ring[RING];
static volatile uint32_t written, taken; /* since the start, each by one side; they wrap */

/* The interrupt; its vector is the SoC's port's. Samples that the app is too slow for are lost, the
 * newest first. */
void mcuai_stm32f4_dma1_stream3(void) {
    int16_t samples[HALF_SAMPLES];
    const uint32_t is_first_half = DMA1_LISR & LISR_S3_HALF;
    DMA1_LIFCR = LIFCR_S3;
    const uint32_t count =
        pdm_decimate(&decimator, is_first_half ? bits : bits + HALF_WORDS, HALF_WORDS, samples);
    for (uint32_t i = 0; i < count && written - taken < RING; i++) {
        ring[written % RING] = samples[i];
        written++;
    }
}

static int start_clock(void) {
    if (!(RCC_CR & CR_HSERDY)) /* without the crystal the rate would be wrong */
        return 0;
    RCC_PLLI2SCFGR = PLLI2S_51_2_MHZ;
    RCC_CR |= CR_PLLI2SON;
    for (uint32_t i = 0; i < MOST_POLLS; i++)
        if (RCC_CR & CR_PLLI2SRDY)
            return 1;
    return 0;
}

static void start_pins(void) {
    RCC_AHB1ENR |= AHB1ENR_B_C_DMA1;
    RCC_APB1ENR |= APB1ENR_SPI2;
    (void)RCC_APB1ENR; /* the clock takes two cycles to arrive (RM0090, 7.2) */
    GPIOB_AFRH = (GPIOB_AFRH & ~(0xFu << 8)) | 5u << 8;
    GPIOB_MODER = (GPIOB_MODER & ~(3u << 20)) | 2u << 20;
    GPIOC_AFRL = (GPIOC_AFRL & ~(0xFu << 12)) | 5u << 12;
    GPIOC_MODER = (GPIOC_MODER & ~(3u << 6)) | 2u << 6;
}

static void start_transfer(void) {
    DMA1_S3PAR = SPI2_DR;
    DMA1_S3M0AR = (uint32_t)(uintptr_t)bits;
    DMA1_S3NDTR = 2 * HALF_WORDS;
    DMA1_LIFCR = LIFCR_S3;
    DMA1_S3CR = S3CR_CIRCLE;
    DMA1_S3CR = S3CR_CIRCLE | S3CR_ENABLE;
    NVIC_ISER0 = 1u << DMA1_STREAM3;
    SPI2_I2SPR = I2SPR_50;
    SPI2_CR2 = CR2_RXDMAEN;
    SPI2_I2SCFGR = I2SCFGR_RECEIVE;
    SPI2_I2SCFGR = I2SCFGR_RECEIVE | I2SCFGR_ENABLE;
}

int mcuai_port_audio_start(uint32_t rate) {
    const uint32_t factor = PDM_HZ / PDM_FIR_FACTOR / rate; /* 16 or 32 */
    if ((rate != 8000 && rate != 16000) || !start_clock())
        return 0;
    mcuai_port_audio_stop();
    pdm_start(&decimator, factor);
    start_pins();
    start_transfer();
    return 1;
}

/* Samples that wait are forgotten. */
void mcuai_port_audio_stop(void) {
    RCC_AHB1ENR |= AHB1ENR_B_C_DMA1;
    RCC_APB1ENR |= APB1ENR_SPI2;
    (void)RCC_APB1ENR;
    DMA1_S3CR &= ~S3CR_ENABLE;
    for (uint32_t i = 0; i < MOST_POLLS && DMA1_S3CR & S3CR_ENABLE; i++)
        continue;
    SPI2_I2SCFGR &= ~I2SCFGR_ENABLE;
    DMA1_LIFCR = LIFCR_S3;
    taken = written;
}

uint32_t mcuai_port_audio_read(int16_t *samples, uint32_t most) {
    uint32_t count = 0;
    for (; count < most && taken != written; count++, taken++)
        samples[count] = ring[taken % RING];
    return count;
}
