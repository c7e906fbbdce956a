# The core's sources, for the build systems around it. Where MCUAI_KERNELS is empty or portable, all kernels are portable;
# else it names a kernel family: dsp, mve or rv32.
#
# MCUAI_CORE_SOURCES always belong to an image. MCUAI_PORTABLE_SOURCES have to be an archive that is linked after them: the
# linker takes from it only what the family lacks.
set(MCUAI_CORE_DIR ${CMAKE_CURRENT_LIST_DIR})
file(GLOB MCUAI_CORE_SOURCES ${MCUAI_CORE_DIR}/src/*.c)
if(MCUAI_KERNELS AND NOT MCUAI_KERNELS STREQUAL "portable")
    if(NOT IS_DIRECTORY ${MCUAI_CORE_DIR}/kernels/${MCUAI_KERNELS})
        message(FATAL_ERROR "MCUAI_KERNELS is '${MCUAI_KERNELS}'; it has to be portable, dsp, mve or rv32.")
    endif()
    foreach(part operators kernels language)
        file(GLOB family ${MCUAI_CORE_DIR}/${part}/${MCUAI_KERNELS}/*.c ${MCUAI_CORE_DIR}/${part}/${MCUAI_KERNELS}/*.S)
        list(APPEND MCUAI_CORE_SOURCES ${family})
    endforeach()
endif()
set(MCUAI_PORTABLE_SOURCES)
foreach(folder operators kernels/portable audio features language streaming)
    file(GLOB portable ${MCUAI_CORE_DIR}/${folder}/*.c)
    list(APPEND MCUAI_PORTABLE_SOURCES ${portable})
endforeach()

# Portable files of which the family has all, or that only read the family's own layout: to be left out where all of an archive
# is linked.
set(MCUAI_REPLACED_SOURCES)
if(MCUAI_KERNELS STREQUAL "dsp" OR MCUAI_KERNELS STREQUAL "mve")
    set(MCUAI_REPLACED_SOURCES kernels/portable/add.c kernels/portable/average_pool.c language/attention_operator.c
        language/gate.c language/linear_rows.c language/normalise.c language/rotate.c operators/all.c)
elseif(MCUAI_KERNELS STREQUAL "rv32")
    set(MCUAI_REPLACED_SOURCES kernels/portable/foreign_rv32.c language/linear_rows.c operators/all.c
        operators/weighted_foreign_rv32.c)
endif()
list(TRANSFORM MCUAI_REPLACED_SOURCES PREPEND ${MCUAI_CORE_DIR}/)
