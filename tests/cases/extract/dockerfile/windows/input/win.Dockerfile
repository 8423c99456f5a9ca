# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS `
     build
SHELL ["powershell", "-Command"]
RUN Copy-Item C:\a\ `
    C:\b\
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY --from=build C:\b\ C:\app\
EXPOSE 80
