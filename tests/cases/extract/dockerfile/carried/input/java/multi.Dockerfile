FROM maven AS build
COPY . .
FROM eclipse-temurin
COPY --from=build /app/target/app.jar /app.jar
